// Answers for people. A use case without a renderer of its own prints its answer as JSON, which is always complete.
import type { Renderer } from './rendered-text.ts'
import { GOVERNANCE_RENDERERS } from './renderers/governance.ts'
import { IMPORT_RENDERERS } from './renderers/imports.ts'
import { OPERATIONS_RENDERERS } from './renderers/operations.ts'
import { ROADMAP_RENDERERS } from './renderers/roadmap.ts'
import { SCORE_RENDERERS } from './renderers/scores.ts'
import { SYNC_RENDERERS } from './renderers/sync.ts'
import type { Terminal } from './terminal.ts'

const RENDERERS: Readonly<Record<string, Renderer>> = {
  ...GOVERNANCE_RENDERERS,
  ...SYNC_RENDERERS,
  ...ROADMAP_RENDERERS,
  ...IMPORT_RENDERERS,
  ...OPERATIONS_RENDERERS,
  ...SCORE_RENDERERS,
}

/** The text a person sees for an answer. */
export function renderAnswer(name: string, answer: unknown, terminal: Terminal): string {
  const renderer = RENDERERS[name]
  return renderer ? renderer(answer as never, terminal) : `${JSON.stringify(answer, null, 2)}\n`
}
