// What the targets of a publication on GitHub have in common: what they are given, and what they answer.
import { z } from 'zod'
import { PUSH_STATUSES } from '../../../integrations/engine/push.ts'
import { type JsonObject, toJson, toJsonObject } from '../../../integrations/store/json.ts'
import { Decision, FieldChange, Inbound } from '../../answers/push-answer.ts'
import type { AppContext } from '../../context.ts'
import type { GovernanceMaterial } from '../publishing/governance-documents.ts'
import type { PublishOrigin } from '../publishing/publish-source.ts'
import type { SyncDirection } from '../sync-direction.ts'

export const GITHUB_TARGETS = ['github-pages', 'wiki', 'issues'] as const
export type GitHubTarget = (typeof GITHUB_TARGETS)[number]

/** The part of github-config.json that publishing goes by; kept with the run. */
export const PublishingSettings = z.object({
  pages: z.object({ branch: z.string(), path: z.string() }).default({ branch: 'gh-pages', path: '' }),
  issues: z
    .object({
      labels: z.array(z.string()).default([]),
      stories: z.boolean().default(true),
      conflictPolicy: z.enum(['manual', 'prefer-git', 'prefer-remote']).default('manual'),
    })
    .prefault({}),
})
export type PublishingSettings = z.infer<typeof PublishingSettings>

const ResultGap = z.object({
  code: z.string(),
  title: z.string(),
  recommendation: z.string(),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
})

/** What became of one target, or of one thing of it. */
export const TargetResult = z.object({
  target: z.enum(GITHUB_TARGETS),
  /** The artifact, where a target has one thing for each. */
  artifactId: z.string().optional(),
  url: z.string().nullable(),
  status: z.enum(PUSH_STATUSES),
  changes: z.array(FieldChange).optional(),
  /** What became of fields that people changed there. */
  decisions: z.array(Decision).optional(),
  inbound: Inbound.optional(),
  reason: z.string().optional(),
  code: z.string().optional(),
  /** What keeps it from being seen, and what to do about it. */
  gaps: z.array(ResultGap).optional(),
})
export type TargetResult = z.infer<typeof TargetResult>

/** As a run record keeps it. */
export const toTargetRecord = (result: TargetResult): JsonObject => toJsonObject(toJson(result) as object)

export interface Publishing {
  readonly ctx: AppContext
  /** Signs as the App or the person; lets nothing but reads leave in a dry run. */
  readonly github: Parameters<AppContext['providers']['github']['readBranchHead']>[0]
  readonly repository: { readonly owner: string; readonly repo: string }
  readonly settings: PublishingSettings
  readonly material: GovernanceMaterial
  readonly origin: PublishOrigin
  /** The run that this belongs to; undefined in a dry run. */
  readonly runId: number | undefined
  readonly dryRun: boolean
  /** Which way changes go; only targets that take changes look at it. */
  readonly direction: SyncDirection
  /** What is known of a result before the target is through: kept at once, so that a restart does not tell it again. */
  readonly onResult: (result: TargetResult) => Promise<void>
}

/** One place on GitHub that can be published to. */
export interface PublishingTarget {
  /** What it shows. */
  readonly contentType: 'governance-report' | 'road-items'
  /** Whether it brings changes of people back. */
  readonly takes?: boolean
  /** What has to be granted, for people. */
  readonly permission: string
  /** Brings it up to date, or in a dry run says what that would be. Repeatable; throws what the provider throws. */
  readonly publish: (publishing: Publishing) => Promise<readonly TargetResult[]>
}
