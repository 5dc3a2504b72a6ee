// Repositories as callers name them: by address. Those of our GitHub have a short name, which is what imports are found by.
import { z } from 'zod'

export interface RepositoryAddress {
  /** `owner/name` on GitHub, else host and path. */
  readonly name: string
  readonly url: string
}

const SSH = /^(?:ssh:\/\/)?git@([^:/\s]+)[:/](.+)$/

/** Reads `https://HOST/OWNER/NAME` and `git@HOST:OWNER/NAME.git`; undefined for anything else. */
export function parseRepositoryAddress(text: string, serverUrl: string): RepositoryAddress | undefined {
  const ssh = SSH.exec(text.trim())
  const address = ssh ? `https://${ssh[1]}/${ssh[2]}` : text.trim()
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '')
  const parts = path.split('/').filter(Boolean)
  if (!/^https?:$/.test(url.protocol) || parts.length < 2) return undefined
  const isGitHub = url.host === 'github.com' || url.host === new URL(serverUrl).host
  const name = isGitHub ? parts.slice(0, 2).join('/') : [url.host, ...parts].join('/')
  // Without whatever credentials, query or fragment came along: this is shown and handed on.
  return { name, url: `${url.protocol}//${url.host}/${(isGitHub ? parts.slice(0, 2) : parts).join('/')}` }
}

/** `owner/name` as an input. */
export const RepositoryName = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name')
