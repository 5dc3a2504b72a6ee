// Base URLs come from people, and requests to them carry credentials: a URL that leads into our own network would let
// whoever may configure a connection read what only we can reach. Private targets need ALLOW_PRIVATE_HOSTS.
import { isIP } from 'node:net'
import { AppError } from '../kernel/errors.ts'

/** Address ranges that are not the public internet (IANA special-purpose registries), as prefixes in bits. */
const PRIVATE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const

const PRIVATE_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa)$/i

const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

function isPrivateV4(address: string): boolean {
  const number = toNumber(address)
  return PRIVATE_V4.some(([base, bits]) => Math.floor(number / 2 ** (32 - bits)) === Math.floor(toNumber(base) / 2 ** (32 - bits)))
}

/** Public IPv6 is 2000::/3; within it, addresses that carry an IPv4 one (6to4, NAT64 has its own prefix) are refused whole. */
function isPrivateV6(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return isPrivateV4(mapped)
  return !/^[23][0-9a-f]{3}:/i.test(address) || /^2002:|^2001:(0*:|db8:)/i.test(address)
}

/** Whether an IP address is one of our own or of nobody. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address)
  return version === 4 ? isPrivateV4(address) : version === 6 ? isPrivateV6(address) : false
}

/**
 * The URL, when requests with credentials may go there: https, a public name or address, no user in it. With
 * `allowPrivateHosts` http and private hosts pass too. Throws `config-invalid`. Names are judged as they stand; what
 * they resolve to is the network's business (an egress rule stops rebinding, a look-up here would not).
 */
export function assertAllowedHost(url: string | URL, { allowPrivateHosts }: { readonly allowPrivateHosts: boolean }): URL {
  const refuse = (why: string) => new AppError('config-invalid', `The address of a provider is not allowed: ${why}.`)
  if (!URL.canParse(String(url))) throw refuse('it is not a URL')
  const parsed = new URL(url)
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') throw refuse('it must begin with https://')
  if (parsed.username || parsed.password) throw refuse('it must not contain a user or password')
  if (allowPrivateHosts) return parsed
  if (parsed.protocol !== 'https:') throw refuse('it must begin with https:// (ALLOW_PRIVATE_HOSTS=true allows http)')
  const host = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const isLocal = isIP(host) ? isPrivateAddress(host) : PRIVATE_NAMES.test(host) || !host.includes('.')
  if (isLocal) throw refuse('it is a private host (ALLOW_PRIVATE_HOSTS=true allows it)')
  return parsed
}
