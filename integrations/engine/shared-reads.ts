// Identical reads of one connection that are under way at the same time are one request. A write in between ends that: whoever
// asks after a write gets an answer that was asked for after it.
import { AppError, isAppError } from '../kernel/errors.ts'
import { handJsonOn } from './parsed-answer.ts'

export interface SharedReads {
  /** Sends, or waits for the same read that is under way; everybody gets a response of their own. `key` says what is the same. */
  share(key: string, signal: AbortSignal, send: () => Promise<Response>): Promise<Response>
  /** To be called when a write of the connection has ended. */
  forget(): void
}

/** A response that can be read whatever others do with theirs; `url` is kept because Octokit looks at it. */
const copyOf = (response: Response) => Object.defineProperty(response.clone(), 'url', { value: response.url })

/** Waits for what somebody else sent; throws `cancelled` as soon as the one who waits is stopped. */
async function waitFor(flight: Promise<Response>, signal: AbortSignal): Promise<Response> {
  let stop = () => {}
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new AppError('cancelled', 'Stopped while waiting for an answer.'))
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    if (signal.aborted) stop()
    return copyOf(await Promise.race([flight, stopped]))
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The reads of one connection. */
export function makeSharedReads(): SharedReads {
  const flights = new Map<string, Promise<Response>>()
  return Object.freeze({
    async share(key: string, signal: AbortSignal, send: () => Promise<Response>): Promise<Response> {
      const known = flights.get(key)
      if (known) {
        try {
          return await waitFor(known, signal)
        } catch (error) {
          // Whoever sent it was stopped, which is nothing to this one.
          if (signal.aborted || !isAppError(error) || error.code !== 'cancelled') throw error
          return send()
        }
      }
      const flight = send()
      flights.set(key, flight)
      try {
        const response = await flight
        // Whoever sent it gets what was parsed; the others parse for themselves, so that nobody changes what another reads.
        return handJsonOn(response, copyOf(response))
      } finally {
        if (flights.get(key) === flight) flights.delete(key)
      }
    },
    forget: () => flights.clear(),
  })
}
