// Katalyst's canonical FOE report once more, written from its description and not from our schema: what the tests produce must
// pass both. Unknown keys are refused on every level.
import { z } from 'zod'

const object = z.strictObject
const text = z.string()
const word = (...words: [string, ...string[]]) => z.enum(words)
const between = (low: number, high: number) => z.number().gte(low).lte(high)
const count = z.int().gte(0)
const method = object({
  methodId: text.regex(/^M[0-9]{3,}$/),
  title: text,
  maturity: word('hypothesized', 'observing', 'validated', 'proven'),
  fieldGuide: text.optional(),
  external: object({ framework: text, method: text }).optional(),
  relevance: word('primary', 'secondary'),
  linkUrl: text.optional(),
})
const subscore = object({
  name: text,
  score: between(0, 25),
  max: z.literal(25),
  confidence: word('high', 'medium', 'low'),
  evidence: text.array(),
  gaps: text.array(),
  deductions: object({ points: z.number().gte(0), reason: text })
    .array()
    .optional(),
  methods: method.array().optional(),
})
const dimension = (name: string) =>
  object({
    name: z.literal(name),
    score: between(0, 100),
    max: z.literal(100),
    confidence: word('high', 'medium', 'low'),
    color: text,
    subscores: z.tuple([subscore, subscore, subscore, subscore]),
  })
const finding = object({
  id: text,
  area: text,
  severity: word('critical', 'high', 'medium', 'low'),
  title: text,
  evidence: text,
  impact: text,
  recommendation: text,
  location: text.optional(),
  methods: method.array(),
})

export const STRICT_REPORT = object({
  id: z.uuid(),
  repository: text,
  repositoryUrl: z.url().optional(),
  scanDate: text.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/),
  scanDuration: count,
  scannerVersion: text,
  overallScore: between(0, 100),
  maturityLevel: word('Hypothesized', 'Emerging', 'Practicing', 'Optimized'),
  assessmentMode: word('standard', 'critical'),
  executiveSummary: text,
  dimensions: object({
    feedback: dimension('Feedback'),
    understanding: dimension('Understanding'),
    confidence: dimension('Confidence'),
  }),
  criticalFailures: finding.array(),
  strengths: object({ id: text, area: text, evidence: text, caveat: text.optional() }).array(),
  gaps: finding.array(),
  recommendations: object({
    id: text,
    priority: word('immediate', 'short-term', 'medium-term'),
    title: text,
    description: text,
    impact: word('high', 'medium', 'low'),
    methods: method.array(),
    learningPath: z.url().optional(),
  }).array(),
  triangleDiagnosis: object({
    cycleHealth: word('virtuous', 'at-risk', 'vicious'),
    pattern: text,
    weakestPrinciple: word('feedback', 'understanding', 'confidence'),
    intervention: text,
    thresholds: object({ understanding: z.number(), feedback: z.number(), confidence: z.number() }).optional(),
  }),
  methodology: object({
    filesAnalyzed: count,
    testFilesAnalyzed: count,
    adrsAnalyzed: count,
    coverageReportFound: z.boolean().optional(),
    confidenceNotes: text.array(),
  }),
  referencedMethods: object({
    methodId: text.regex(/^M[0-9]{3,}$/),
    title: text,
    fieldGuide: text.optional(),
    referenceCount: z.int().positive(),
    contexts: word('subscore', 'finding', 'recommendation').array(),
  }).array(),
})
