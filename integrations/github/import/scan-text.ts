// Cursors and watermarks are texts to the engine and JSON to the streams. What another version of this program wrote, and does
// not read any more, counts as nothing: the scan begins at its start, which repeats work and loses none.
import type { z } from 'zod'

export const toScanText = (value: unknown): string => JSON.stringify(value)

/** The value of a cursor or watermark; undefined where there is none, or none that this version understands. */
export function parseScanText<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined || text === '') return undefined
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    // Not JSON: of another version, or cut.
    return undefined
  }
}
