import { z } from 'zod'
import { DIMENSIONS, type Dimension } from '../../integrations/foe/measure.ts'
import { BADGE_THEMES, type Badge, type BadgeTone, renderBadge } from '../../integrations/foe/report/badge.ts'
import { maturityOf, overallScore } from '../../integrations/foe/score/overall.ts'
import type { DimensionScores } from '../../integrations/foe/score/score-dimension.ts'
import { DIMENSION_NAMES } from '../../integrations/foe/score/subscores.ts'
import type { AppContext } from '../context.ts'
import { recallEvidence } from '../steps/imports/evidence.ts'
import { makeUseCase } from '../use-case.ts'

const LABEL = 'Katalyst'
/** Scores move with imports, which are hours apart; a new score shows within this time. */
const CACHE_SECONDS = 300

const labelOf = (dimension: Dimension | undefined): string => (dimension ? DIMENSION_NAMES[dimension] : LABEL)

/** The same for a repository that is unknown, private or not yet imported: it must not tell these apart. */
const neutral = (dimension: Dimension | undefined): Badge => ({
  label: labelOf(dimension),
  value: 'unknown',
  title: `${labelOf(dimension)}: no score to show`,
  tone: 'neutral',
})

function badgeOf(scores: DimensionScores, dimension: Dimension | undefined): Badge {
  const asked: readonly Dimension[] = dimension ? [dimension] : DIMENSIONS
  const known = asked.reduce<number>((sum, one) => sum + scores[one].coverage, 0)
  if (known === 0) return neutral(dimension)
  const score = dimension
    ? scores[dimension].score
    : overallScore({ feedback: scores.feedback.score, understanding: scores.understanding.score, confidence: scores.confidence.score })
  const maturity = maturityOf(score)
  const label = labelOf(dimension)
  return {
    label,
    value: dimension ? `${score}/100` : `${score} ${maturity}`,
    title: `${label}: ${score} of 100, ${maturity}; ${known} of ${asked.length * 4} subscores have evidence`,
    tone: maturity.toLowerCase() as BadgeTone,
  }
}

/** Whether everybody may see the scores: the repository is public at GitHub, or this server shows its pages to everybody. */
const isShown = (ctx: AppContext, isPrivate: boolean | undefined): boolean => ctx.config.PUBLIC_PAGES || isPrivate === false

/** The badge of a repository for a README: overall, or of one dimension. Nobody has to sign in for it. */
export const readBadge = makeUseCase({
  name: 'read-badge',
  summary: 'The score of a repository as an SVG badge; a neutral one for what is unknown or private.',
  access: 'public',
  input: z.strictObject({
    owner: z.string().min(1).max(100).describe('Account or organisation'),
    repo: z.string().min(1).max(200).describe('Repository'),
    dimension: z.enum(DIMENSIONS).optional().describe('One dimension instead of the overall score'),
    theme: z.enum(BADGE_THEMES).default('auto').describe("auto follows the reader's colour scheme"),
  }),
  output: z.object({ svg: z.string() }),
  http: {
    method: 'GET',
    path: '/integrations/github/badge',
    document: {
      contentType: 'image/svg+xml',
      maxAgeSeconds: CACHE_SECONDS,
      bodyOf: ({ svg }: { readonly svg: string }) => svg,
    },
  },
  async run(ctx, { owner, repo, dimension, theme }) {
    const { repository, scores } = await recallEvidence(ctx, `${owner}/${repo}`)
    const shown = repository !== undefined && isShown(ctx, repository.isPrivate)
    return { svg: renderBadge(shown ? badgeOf(scores, dimension) : neutral(dimension), theme) }
  },
})
