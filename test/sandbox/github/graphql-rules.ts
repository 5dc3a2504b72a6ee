// Branch protection and rulesets as GraphQL shows them.
import type { Protection, Ruleset } from './evidence.ts'
import { type Args, connection, type Graph, type Json, toActor } from './graphql-node.ts'
import { toRepositoryNode } from './graphql-repository.ts'
import { instant, nodeId, type Repository } from './world.ts'

export function toProtectionRuleNode(repository: Repository, pattern: string, protection: Protection): Json {
  const { reviews, checks } = protection
  return {
    __typename: 'BranchProtectionRule',
    ...{ id: nodeId('BranchProtectionRule', `${repository.id}:${pattern}`), pattern, isAdminEnforced: protection.enforceAdmins ?? false },
    ...{ requiresApprovingReviews: reviews !== undefined, requiredApprovingReviewCount: reviews?.count ?? null },
    ...{ dismissesStaleReviews: reviews?.dismissStale ?? false, requiresCodeOwnerReviews: reviews?.codeOwners ?? false },
    requireLastPushApproval: reviews?.lastPush ?? false,
    ...{ requiresStatusChecks: checks !== undefined, requiresStrictStatusChecks: checks?.strict ?? false },
    requiredStatusCheckContexts: checks?.contexts ?? [],
    requiredStatusChecks: (checks?.contexts ?? []).map((context) => ({ __typename: 'RequiredStatusCheckDescription', context, app: null })),
    requiresCommitSignatures: protection.signatures ?? false,
    requiresLinearHistory: protection.linearHistory ?? false,
    requiresConversationResolution: protection.conversationResolution ?? false,
    ...{ allowsForcePushes: false, allowsDeletions: false, blocksCreations: false, lockBranch: false, restrictsPushes: false },
  }
}

export function toRulesetNode(graph: Graph, repository: Repository, ruleset: Ruleset): Json {
  return {
    __typename: 'RepositoryRuleset',
    ...{ id: nodeId('RepositoryRuleset', ruleset.id), databaseId: ruleset.id, name: ruleset.name, target: 'BRANCH' },
    ...{ enforcement: ruleset.enforcement.toUpperCase(), createdAt: instant(ruleset.createdAt), updatedAt: instant(ruleset.createdAt) },
    source: () => (ruleset.source === 'Repository' ? toRepositoryNode(graph, repository) : toActor(graph, repository.owner)),
    conditions: {
      __typename: 'RepositoryRuleConditions',
      refName: { __typename: 'RefNameConditionTarget', include: ruleset.branches, exclude: [] },
    },
    rules: (args: Args) =>
      connection(
        ruleset.rules.map((rule, at) => ({ rule, at })),
        args,
        ({ rule, at }) => toRuleNode(graph, repository, ruleset, rule, at),
      ),
  }
}

const PARAMETERS: Readonly<Record<string, string>> = {
  pull_request: 'PullRequestParameters',
  required_status_checks: 'RequiredStatusChecksParameters',
  merge_queue: 'MergeQueueParameters',
  required_deployments: 'RequiredDeploymentsParameters',
  update: 'UpdateParameters',
}

export function toRuleNode(graph: Graph, repository: Repository, ruleset: Ruleset, rule: Ruleset['rules'][number], at: number): Json {
  const type = PARAMETERS[rule.type]
  return {
    __typename: 'RepositoryRule',
    id: nodeId('RepositoryRule', `${ruleset.id}:${at}`),
    type: rule.type.toUpperCase(),
    // Without parameters, or of a kind whose parameters the stand-in does not write, there are none.
    parameters: type && rule.parameters ? { ...(camel(rule.parameters) as Json), __typename: type } : null,
    repositoryRuleset: () => toRulesetNode(graph, repository, ruleset),
  }
}

/** REST writes members with underscores, GraphQL without. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()), camel(inner)]),
  )
}
