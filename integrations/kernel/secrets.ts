// Sealing of stored credentials: AES-256-GCM, the key's id first so that keys can be rotated, and the row it belongs to
// as additional data so that a sealed value copied to another row does not open.
//
//   v1.<key id>.<iv>.<tag>.<ciphertext>   (base64url each; key id = first 8 characters of the key's SHA-256)
import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { AppError } from './errors.ts'

export interface SecretBox {
  /** Seals a text for one row, named by `binding` (for example `connection:42:credentials`). */
  seal(plain: string, binding: string): string
  /** Opens what `seal` made; throws `secret-key-wrong` for another key, another row or a changed value. */
  open(sealed: string, binding: string): string
  /** Whether the value was sealed with an older key and should be sealed again. */
  isStale(sealed: string): boolean
}

const keyId = (key: Buffer) => createHash('sha256').update(key).digest('base64url').slice(0, 8)

/** Reads a 32-byte key from base64; throws `config-invalid` without showing the value. */
export function parseSecretKey(text: string, name: string): Buffer {
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32) throw new AppError('config-invalid', `${name}: expected 32 bytes in base64, found ${key.length} bytes.`)
  return key
}

/** A box that seals with `current` and opens with any of the keys. */
export function makeSecretBox(current: Buffer, previous: readonly Buffer[] = []): SecretBox {
  const keys = new Map([current, ...previous].map((key) => [keyId(key), key]))
  const currentId = keyId(current)
  const wrong = (why: string) =>
    new AppError(
      'secret-key-wrong',
      `A stored credential cannot be opened: ${why}. Set KATALYST_SECRET_KEY (or KATALYST_SECRET_KEY_PREVIOUS) to the key it was sealed with, or connect again.`,
    )
  return Object.freeze({
    seal(plain: string, binding: string) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(Buffer.from(binding))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return ['v1', currentId, iv.toString('base64url'), cipher.getAuthTag().toString('base64url'), body.toString('base64url')].join('.')
    },
    open(sealed: string, binding: string) {
      const [version, id, iv, tag, body] = sealed.split('.')
      const key = keys.get(id ?? '')
      if (version !== 'v1' || !iv || !tag || body === undefined) throw wrong('its form is unknown')
      if (!key) throw wrong('it was sealed with another key')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'))
          .setAAD(Buffer.from(binding))
          .setAuthTag(Buffer.from(tag, 'base64url'))
        return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new AppError('secret-key-wrong', wrong('it was changed or belongs to another row').message, { cause })
      }
    },
    isStale: (sealed: string) => sealed.split('.')[1] !== currentId,
  })
}

/** Compares two texts in a time that does not depend on where they differ. */
export function equalsInConstantTime(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(left as Buffer, right as Buffer)
}
