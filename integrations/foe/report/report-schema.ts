// Katalyst's canonical FOE report (katalyst.md 4.1), strictly: exactly its fields. What leaves for Katalyst has passed it.
import { z } from 'zod'

const Confidence = z.enum(['high', 'medium', 'low'])
const Level = z.enum(['high', 'medium', 'low'])
const MethodId = z.string().regex(/^M\d{3,}$/)

const Method = z.strictObject({
  methodId: MethodId,
  title: z.string().min(1),
  maturity: z.enum(['hypothesized', 'observing', 'validated', 'proven']),
  fieldGuide: z.string().optional(),
  external: z.strictObject({ framework: z.string(), method: z.string() }).optional(),
  relevance: z.enum(['primary', 'secondary']),
  linkUrl: z.url().optional(),
})

const Subscore = z.strictObject({
  name: z.string().min(1),
  score: z.number().min(0).max(25),
  max: z.literal(25),
  confidence: Confidence,
  evidence: z.array(z.string()),
  gaps: z.array(z.string()),
  deductions: z.array(z.strictObject({ points: z.number().min(0), reason: z.string() })).optional(),
  methods: z.array(Method).optional(),
})

const dimension = (name: 'Feedback' | 'Understanding' | 'Confidence') =>
  z.strictObject({
    name: z.literal(name),
    score: z.number().min(0).max(100),
    max: z.literal(100),
    confidence: Confidence,
    color: z.string(),
    subscores: z.array(Subscore).length(4),
  })

const Finding = z.strictObject({
  id: z.string().min(1),
  area: z.string(),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  title: z.string(),
  evidence: z.string(),
  impact: z.string(),
  recommendation: z.string(),
  location: z.string().optional(),
  methods: z.array(Method).default([]),
})

const Principle = z.enum(['feedback', 'understanding', 'confidence'])

export const FoeReport = z.strictObject({
  id: z.uuid(),
  repository: z.string().min(1),
  repositoryUrl: z.url().optional(),
  scanDate: z.iso.datetime(),
  scanDuration: z.number().int().min(0),
  scannerVersion: z.string().min(1),
  overallScore: z.number().min(0).max(100),
  maturityLevel: z.enum(['Hypothesized', 'Emerging', 'Practicing', 'Optimized']),
  assessmentMode: z.enum(['standard', 'critical']),
  executiveSummary: z.string(),
  dimensions: z.strictObject({
    feedback: dimension('Feedback'),
    understanding: dimension('Understanding'),
    confidence: dimension('Confidence'),
  }),
  criticalFailures: z.array(Finding),
  strengths: z.array(z.strictObject({ id: z.string().min(1), area: z.string(), evidence: z.string(), caveat: z.string().optional() })),
  gaps: z.array(Finding),
  recommendations: z.array(
    z.strictObject({
      id: z.string().min(1),
      priority: z.enum(['immediate', 'short-term', 'medium-term']),
      title: z.string(),
      description: z.string(),
      impact: Level,
      methods: z.array(Method).default([]),
      learningPath: z.url().optional(),
    }),
  ),
  triangleDiagnosis: z.strictObject({
    cycleHealth: z.enum(['virtuous', 'at-risk', 'vicious']),
    pattern: z.string(),
    weakestPrinciple: Principle,
    intervention: z.string(),
    thresholds: z.strictObject({ understanding: z.number(), feedback: z.number(), confidence: z.number() }).optional(),
  }),
  methodology: z.strictObject({
    filesAnalyzed: z.number().int().min(0),
    testFilesAnalyzed: z.number().int().min(0),
    adrsAnalyzed: z.number().int().min(0),
    coverageReportFound: z.boolean().optional(),
    confidenceNotes: z.array(z.string()),
  }),
  referencedMethods: z
    .array(
      z.strictObject({
        methodId: MethodId,
        title: z.string(),
        fieldGuide: z.string().optional(),
        referenceCount: z.number().int().positive(),
        contexts: z.array(z.enum(['subscore', 'finding', 'recommendation'])),
      }),
    )
    .default([]),
})
export type FoeReport = z.output<typeof FoeReport>
export type ReportFinding = FoeReport['gaps'][number]
