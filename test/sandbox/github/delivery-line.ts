// The way deliveries take to our server: one after another in the order things happened, signed over the exact bytes that are
// sent. A test may hold them back and release them twice, reversed or not at all.
import { createHmac } from 'node:crypto'

const ANSWER_MS = 10_000

export interface Delivery {
  readonly id: number
  /** The same again when it is delivered again. */
  readonly guid: string
  readonly event: string
  readonly action: string | undefined
  readonly installationId: number | undefined
  readonly repositoryId: number | undefined
  readonly payload: Readonly<Record<string, unknown>>
  readonly redelivery: boolean
  readonly deliveredAt: Date
  readonly headers: Readonly<Record<string, string>>
  /** What the receiver answered; 502 when nobody did. `undefined` while held back or on its way. */
  readonly statusCode: number | undefined
  /** In GitHub's words: `OK`, `Invalid HTTP Response: 500`, `failed to connect to host`. */
  readonly status: string
  readonly response: string
}

type Outcome = Pick<Delivery, 'statusCode' | 'status' | 'response'>
/** A delivery whose outcome is still to come. */
export type Waiting = Omit<Delivery, keyof Outcome> & { -readonly [K in keyof Outcome]: Outcome[K] }

export interface DeliveryLine {
  /** Sends when its turn comes, or keeps it while deliveries are held. */
  queue(delivery: Waiting): void
  hold(): void
  release(arrange?: (held: readonly Delivery[]) => readonly Delivery[]): Promise<void>
  settled(): Promise<void>
  target(): string | undefined
  setTarget(url: string | undefined): void
  setSecret(secret: string): void
}

/** An empty line. Without a target every delivery fails, as when our server is down. */
export function makeDeliveryLine(settings: { readonly target: string | undefined; readonly secret: string }): DeliveryLine {
  let { target, secret } = settings
  let held: Waiting[] | undefined
  let last: Promise<void> = Promise.resolve()

  const send = (delivery: Waiting): void => {
    last = last.then(async () => {
      // A delivery released twice keeps the answer of the last time.
      Object.assign(delivery, await post(target, secret, delivery))
    })
  }
  const settled = async (): Promise<void> => {
    for (let seen: Promise<void> | undefined; seen !== last; ) {
      seen = last
      await seen
    }
  }
  return Object.freeze({
    queue(delivery: Waiting) {
      if (held) held.push(delivery)
      else send(delivery)
    },
    hold() {
      held ??= []
    },
    async release(arrange: (held: readonly Delivery[]) => readonly Delivery[] = (all) => all) {
      const waiting = held ?? []
      held = undefined
      for (const delivery of arrange(waiting)) send(delivery as Waiting)
      await settled()
    },
    settled,
    target: () => target,
    setTarget(url: string | undefined) {
      target = url
    },
    setSecret(value: string) {
      secret = value
    },
  })
}

/** The exact bytes that are signed are the bytes that are sent. */
async function post(target: string | undefined, secret: string, delivery: Waiting): Promise<Outcome> {
  const failed = (status: string): Outcome => ({ statusCode: 502, status, response: '' })
  if (!target) return failed('failed to connect to host')
  const body = JSON.stringify(delivery.payload)
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  try {
    const answer = await fetch(target, {
      method: 'POST',
      body,
      headers: { ...delivery.headers, 'x-hub-signature-256': signature },
      signal: AbortSignal.timeout(ANSWER_MS),
      redirect: 'manual',
    })
    return {
      statusCode: answer.status,
      status: answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`,
      response: await answer.text(),
    }
  } catch (error) {
    // Whatever went wrong on the way is an outcome that GitHub lists, not a fault of the stand-in.
    return failed(error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'failed to connect to host')
  }
}
