// Bodies are read up to a limit and not beyond, whatever the content-length claims.
import { AppError } from '../../integrations/kernel/errors.ts'

const tooLarge = (limitBytes: number) => new AppError('too-large', `The body is larger than ${Math.floor(limitBytes / 1024)} KiB.`)

/** The bytes of a request's body. @throws AppError `too-large` */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes)
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > limitBytes) throw tooLarge(limitBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The JSON object in a request's body; an empty body is an empty object. @throws AppError `unsupported-media-type`, `malformed-json`, `bad-request` */
export async function readJson(request: Request, limitBytes: number): Promise<Record<string, unknown>> {
  const bytes = await readBody(request, limitBytes)
  if (bytes.byteLength === 0) return {}
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type))
    throw new AppError(
      'unsupported-media-type',
      `Send the body as application/json; it came as ${type ? type.split(';')[0] : 'no type at all'}.`,
    )
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new AppError('malformed-json', 'The body is not valid JSON in UTF-8.', { cause })
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new AppError('bad-request', 'The body must be a JSON object.', {
      details: { issues: [{ path: '', expected: 'object', received: Array.isArray(value) ? 'array' : typeof value }] },
    })
  return value as Record<string, unknown>
}
