import {
  afterAnswer,
  afterOverload,
  firstPageSize,
  isOverload,
  type PageSize,
  readSized,
} from '../../../integrations/github/import/page-size.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'

const limits = { largest: 100, smallest: 5 }
const failed = (status: number) => new AppError('provider-failed', 'GitHub answered', { details: { status } })

describe('lesson 3: the size of a page', () => {
  it('halves at 502, 504, a timeout and a query that came to nothing, and keeps the place', async () => {
    const asked: number[] = []
    const refusals = [failed(502), failed(504), failed(200), new AppError('provider-timeout', 'no answer')]
    const read = async (size: number) => {
      asked.push(size)
      const refusal = refusals.shift()
      if (refusal) throw refusal
      return 'page'
    }
    const { answer, asked: used, next } = await readSized(limits, firstPageSize(limits), read)
    expect({ answer, used, next }).toEqual({ answer: 'page', used: 6, next: { size: 6, steady: 1 } })
    expect(asked).toEqual([100, 50, 25, 12, 6])
  })

  it('gives up at the smallest', async () => {
    const asked: number[] = []
    const read = async (size: number): Promise<string> => {
      asked.push(size)
      throw failed(502)
    }
    await expect(readSized(limits, { size: 12, steady: 3 }, read)).rejects.toThrow('GitHub answered')
    expect(asked).toEqual([12, 6, 5])
    expect(afterOverload(limits, { size: 5, steady: 0 })).toBeUndefined()
  })

  it('grows back after four answered pages, never beyond the largest', () => {
    const sizes: number[] = []
    for (let at: PageSize = { size: 30, steady: 0 }, page = 0; page < 10; page += 1) {
      sizes.push(at.size)
      at = afterAnswer(limits, at)
    }
    expect(sizes).toEqual([30, 30, 30, 30, 60, 60, 60, 60, 100, 100])
  })

  it('is no answer to a refusal', async () => {
    expect(isOverload(failed(500))).toBe(false)
    expect(isOverload(new AppError('provider-forbidden', 'no', { details: { status: 403 } }))).toBe(false)
    const read = async (): Promise<string> => {
      throw new AppError('provider-rate-limited', 'wait')
    }
    await expect(readSized(limits, firstPageSize(limits), read)).rejects.toThrow('wait')
  })
})
