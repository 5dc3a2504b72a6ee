import { z } from 'zod'
import type { ChangeData } from '../artifact.ts'
import { type FrontReader, present } from '../front-reader.ts'
import { foldWord, idOf, type KindDefinition, listOf, optionalText, wordVariant } from './kind-definition.ts'

const checkStatus = z.enum(['pending', 'pass', 'fail'])
const nfrCheck = z.object({ status: z.enum(['pending', 'pass', 'fail', 'na']), evidence: optionalText })

const schema = z.object({
  title: z.string(),
  roadId: idOf('road-item'),
  date: z.string(),
  version: z.string(),
  status: z.enum(['draft', 'published', 'archived']),
  categories: z.array(z.enum(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'])).min(1),
  compliance: z.object({
    adrCheck: z.object({ status: checkStatus, validatedBy: optionalText, validatedAt: optionalText, notes: optionalText }),
    bddCheck: z.object({
      status: checkStatus,
      scenarios: z.int().min(0).default(0),
      passed: z.int().min(0).default(0),
      coverage: z.string().default('0%'),
    }),
    nfrChecks: z.object({ performance: nfrCheck, security: nfrCheck, accessibility: nfrCheck, maintainability: nfrCheck.optional() }),
  }),
  signatures: listOf(
    z.object({ agent: z.string(), role: optionalText, status: z.enum(['approved', 'rejected', 'pending']), timestamp: optionalText }),
  ),
})

const readChange = (front: FrontReader): ChangeData => ({
  status: foldWord(front.text('status') ?? ''),
  ...present({ roadId: front.id('road_id', 'road-item'), date: front.date('date'), version: front.text('version') }),
  categories: front.list('categories'),
})

export const change: KindDefinition<'change'> = Object.freeze<KindDefinition<'change'>>({
  kind: 'change',
  titleKeys: ['title'],
  schema,
  fields: {
    title: 'title',
    roadId: 'road_id',
    date: 'date',
    version: 'version',
    status: 'status',
    categories: 'categories',
    'compliance.adrCheck.status': 'compliance.adr_check.status',
    'compliance.adrCheck.validatedBy': 'compliance.adr_check.validated_by',
    'compliance.adrCheck.validatedAt': 'compliance.adr_check.validated_at',
    'compliance.adrCheck.notes': 'compliance.adr_check.notes',
    'compliance.bddCheck.status': 'compliance.bdd_check.status',
    'compliance.bddCheck.scenarios': 'compliance.bdd_check.scenarios',
    'compliance.bddCheck.passed': 'compliance.bdd_check.passed',
    'compliance.bddCheck.coverage': 'compliance.bdd_check.coverage',
    'compliance.nfrChecks': 'compliance.nfr_checks',
    signatures: 'signatures',
  },
  variants: [wordVariant('signatures.*.status', { pass: 'approved', conditional_pass: 'approved', approved_with_conditions: 'approved' })],
  read: readChange,
})
