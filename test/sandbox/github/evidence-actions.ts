// What happens at GitHub around the code, as functions for tests: runs, artifacts, releases, deployments, reviews, rules, alerts.
import { type ActionDeps, DEVELOPER, type RepositoryName } from './actions.ts'
import { type Alert, append, type EvidenceSettings, type Protection, type Review, type Ruleset } from './evidence.ts'
import { addDeploymentStatus, addRelease, addReview, deploy, type NewDeployment, type NewRelease, type NewReview } from './evidence-life.ts'
import { openIssue } from './issues.ts'
import { getPull } from './pulls.ts'
import { notFound } from './refusal.ts'
import { emitAlert } from './routes-alerts.ts'
import { emitRuleset } from './routes-posture.ts'
import { addRun, completeRun, type NewRun, startRerun } from './run-life.ts'
import { type Conclusion, findRun } from './runs.ts'
import { type PullSeed, type RunSeed, seedPulls, seedRuns } from './seeds.ts'
import { ensureAccount, getRepository, type World } from './world.ts'
import { makeZip } from './zip.ts'

const ARTIFACT_DAYS = 90
const DAY_MS = 86_400_000

/** Runs of workflows and what they leave behind. */
export function makeRunActions({ world, settled }: ActionDeps) {
  const person = (login: string = DEVELOPER) => ensureAccount(world, login)
  const find = (name: RepositoryName, id: number) => {
    const repository = getRepository(world, name)
    const run = findRun(repository.evidence.runs, id)
    if (!run) throw new Error(`there is no run ${id} in ${name}`)
    return { repository, run }
  }
  return {
    /** A run; without a conclusion it goes on. Answers its id. */
    async startRun(name: RepositoryName, input: Omit<NewRun, 'actor'> & { readonly actor?: string } = {}) {
      const { actor, ...rest } = input
      const run = addRun(world, getRepository(world, name), person(actor), rest)
      await settled()
      return run.id
    },
    async finishRun(name: RepositoryName, id: number, conclusion: Conclusion) {
      const { repository, run } = find(name, id)
      completeRun(world, repository, run, conclusion)
      await settled()
    },
    /** Deletes a run that was started here, with all its attempts. */
    deleteRun(name: RepositoryName, id: number) {
      if (!find(name, id).repository.evidence.runs.kept.delete(id)) throw new Error(`run ${id} is a seeded one and cannot be deleted`)
    },
    /** A new attempt of a run that has ended. */
    async rerun(name: RepositoryName, id: number) {
      const { repository, run } = find(name, id)
      startRerun(world, repository, run, person())
      await settled()
    },
    /** Uploads files, or an archive as it is, from a run; answers the artifact's id. `expired` ones are listed and cannot be had. */
    addArtifact(
      name: RepositoryName,
      runId: number,
      artifact: string,
      files: Readonly<Record<string, string | Buffer>> | Buffer,
      options: { readonly expired?: boolean } = {},
    ): number {
      const { repository } = find(name, runId)
      const [id, now] = [world.nextId(), world.clock.now()]
      const expiresAt = new Date(options.expired ? now.getTime() - 1 : now.getTime() + ARTIFACT_DAYS * DAY_MS)
      const zip = Buffer.isBuffer(files) ? files : makeZip(files)
      repository.evidence.artifacts.set(id, { id, runId, name: artifact, zip, createdAt: now, expiresAt })
      return id
    },
    /** How many runs a list reaches, and whether it ends in an empty page or in 422. */
    setRunCaps: (caps: Partial<World['runCaps']>) => void Object.assign(world.runCaps, caps),
    /** Thousands of runs that take no memory; ids rise with time. */
    seedRuns: (name: RepositoryName, count: number, seed: RunSeed = {}) =>
      seedRuns(world, getRepository(world, name), person(), count, seed),
    /** Thousands of merged pull requests whose reviews and commits take no memory. */
    seedPulls: (name: RepositoryName, count: number, seed: PullSeed = {}) => seedPulls(world, getRepository(world, name), count, seed),
  }
}

/** What becomes of changes: reviews, releases, deployments. */
export function makeDeliveryActions({ world, settled }: ActionDeps) {
  const person = (login: string = DEVELOPER) => ensureAccount(world, login)
  const find = (name: RepositoryName) => getRepository(world, name)
  return {
    /** A review by somebody, with comments on lines; answers its id. */
    async reviewPull(name: RepositoryName, number: number, login: string, input: NewReview = {}) {
      const review = addReview(world, find(name), getPull(find(name), number), person(login), input)
      await settled()
      return review.id
    },
    dismissReview(name: RepositoryName, number: number, reviewId: number) {
      const found = find(name)
        .evidence.reviews.get(number)
        ?.find((review: Review) => review.id === reviewId)
      if (!found) throw notFound()
      const dismissed = { reviewId, state: found.state }
      found.state = 'DISMISSED'
      const event = { id: world.nextId(), kind: 'review_dismissed', actor: person(), at: world.clock.now(), dismissed } as const
      append(find(name).evidence.timeline, number, event)
      getPull(find(name), number).updatedAt = world.clock.now()
    },
    async publishRelease(name: RepositoryName, input: NewRelease) {
      const release = addRelease(world, find(name), person(), input)
      await settled()
      return release.id
    },
    /** Deletes a release; its tag stays unless it is deleted too. */
    deleteRelease(name: RepositoryName, id: number, options: { readonly withTag?: boolean } = {}) {
      const repository = find(name)
      const release = repository.evidence.releases.get(id)
      if (!release) throw notFound()
      repository.evidence.releases.delete(id)
      if (options.withTag) repository.refs.delete(`refs/tags/${release.tag}`)
    },
    deleteTag: (name: RepositoryName, tag: string) => void find(name).refs.delete(`refs/tags/${tag}`),
    /** A deployment, with the states it went through; answers its id. */
    async deploy(name: RepositoryName, input: NewDeployment) {
      const deployment = deploy(world, find(name), person(), input)
      await settled()
      return deployment.id
    },
    async setDeploymentState(name: RepositoryName, id: number, state: NonNullable<NewDeployment['states']>[number]) {
      const deployment = find(name).evidence.deployments.get(id)
      if (!deployment) throw notFound()
      addDeploymentStatus(world, find(name), deployment, person(), state)
      await settled()
    },
  }
}

/** Issues, discussions, and people who leave. */
export function makeTalkActions({ world }: ActionDeps) {
  const person = (login: string = DEVELOPER) => ensureAccount(world, login)
  const find = (name: RepositoryName) => getRepository(world, name)
  return {
    /** An issue; answers its number. */
    openIssue: (name: RepositoryName, title: string, labels: readonly string[] = []) =>
      openIssue(world, find(name), person(), { title, labels: [...labels] }).number,
    /** A discussion, which switches discussions on; answers its number. */
    startDiscussion(
      name: RepositoryName,
      input: { title: string; category?: string; answerable?: boolean; answered?: boolean; comments?: number; author?: string },
    ): number {
      const [repository, now] = [find(name), world.clock.now()]
      const author = person(input.author)
      const number = repository.nextNumber
      repository.nextNumber += 1
      repository.evidence.settings.discussions = true
      const comments = Array.from({ length: input.comments ?? 0 }, (_, at) => ({
        ...{ id: world.nextId(), author, body: `Thought ${at + 1}`, createdAt: now },
      }))
      repository.evidence.discussions.set(number, {
        ...{ id: world.nextId(), number, title: input.title, body: input.title, category: input.category ?? 'General', author, comments },
        ...{ answerable: input.answerable ?? input.answered ?? false, createdAt: now, updatedAt: now },
        answeredAt: input.answered ? now : undefined,
      })
      return number
    },
    /** Deletes a person: their work stays, under nobody's name. */
    deleteUser: (login: string) => void world.deletedAccounts.add(person(login).id),
  }
}

type AlertKind = 'dependabot' | 'code-scanning' | 'secret-scanning'

/** How a repository is set up and guarded. */
export function makePostureActions({ world }: ActionDeps) {
  const find = (name: RepositoryName) => getRepository(world, name).evidence
  const alerts = (name: RepositoryName, kind: AlertKind) => {
    const { dependabotAlerts, codeScanningAlerts, secretScanningAlerts } = find(name)
    return { dependabot: dependabotAlerts, 'code-scanning': codeScanningAlerts, 'secret-scanning': secretScanningAlerts }[kind]
  }
  return {
    changeSettings: (name: RepositoryName, change: Partial<EvidenceSettings>) => void Object.assign(find(name).settings, change),
    /** Classic protection of a branch; `undefined` lifts it. */
    protectBranch(name: RepositoryName, branch: string, protection: Protection | undefined) {
      if (protection) find(name).protection.set(branch, protection)
      else find(name).protection.delete(branch)
    },
    addRuleset(name: RepositoryName, input: Partial<Omit<Ruleset, 'id' | 'createdAt'>> & Pick<Ruleset, 'rules'>): number {
      const defaults = { name: 'Rules', source: 'Repository', enforcement: 'active', branches: ['~DEFAULT_BRANCH'] } as const
      const ruleset: Ruleset = { ...defaults, ...input, id: world.nextId(), createdAt: world.clock.now() }
      const repository = getRepository(world, name)
      repository.evidence.rulesets.push(ruleset)
      emitRuleset(world, repository, ensureAccount(world, DEVELOPER), ruleset)
      return ruleset.id
    },
    /** An alert, which switches its feature on; answers its number. Its event is on its way: `settled` waits for it. */
    raiseAlert(name: RepositoryName, kind: AlertKind, input: Partial<Omit<Alert, 'number'>> = {}): number {
      const { settings } = find(name)
      if (kind === 'dependabot') settings.dependabot = true
      else if (kind === 'code-scanning') settings.codeScanning = 'on'
      else settings.secretScanning = true
      const list = alerts(name, kind)
      const defaults = { state: 'open', severity: 'high', subject: 'left-pad', createdAt: world.clock.now(), closedAt: undefined } as const
      const alert: Alert = { ...defaults, ...input, number: list.length + 1 }
      list.push(alert)
      emitAlert(world, getRepository(world, name), kind, alert)
      return list.length
    },
    closeAlert(name: RepositoryName, kind: AlertKind, number: number, state: 'fixed' | 'dismissed') {
      const alert = alerts(name, kind)[number - 1]
      if (!alert) throw notFound()
      Object.assign(alert, { state, closedAt: world.clock.now() })
      emitAlert(world, getRepository(world, name), kind, alert)
    },
  }
}
