// Configuration files: JSON objects in KATALYST_CONFIG_DIR. What they mean is their provider's to say.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../integrations/kernel/errors.ts'

/** The file's content; undefined for a file that is not there, which is no fault. */
export async function readConfigFile(directory: string, name: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(path.join(directory, name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new AppError(
      'config-invalid',
      `${name}: (whole file): expected a file that can be read, found one that cannot (${cause.code}).`,
      { cause },
    )
  })
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new AppError('config-invalid', `${name}: (whole file): expected JSON, found text that does not parse.`, { cause })
  }
  throw new AppError('config-invalid', `${name}: (whole file): expected a JSON object, found another value.`)
}
