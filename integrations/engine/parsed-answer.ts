// An answer's JSON is parsed once. The requester parses it to see whether it can be read at all; what it found stays with the
// response, for the client that asked.

const PARSED = new WeakMap<Response, unknown>()

/** Remembers what the body of a response says; undefined is nothing to remember. */
export function keepJson(response: Response, json: unknown): Response {
  if (json !== undefined) PARSED.set(response, json)
  return response
}

/** What is remembered of another response, for one made from it. Values are not copied: only one of the two may be read by anyone. */
export const handJsonOn = (from: Response, to: Response): Response => keepJson(to, PARSED.get(from))

/** What the body says: undefined when it is empty. Throws SyntaxError where it is not JSON, and leaves a remembered body unread. */
export async function readJson(response: Response): Promise<unknown> {
  const known = PARSED.get(response)
  if (known !== undefined) return known
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}
