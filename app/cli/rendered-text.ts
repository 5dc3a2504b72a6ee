// Pieces that several answers for people are made of.
import type { Terminal } from './terminal.ts'

/** How an answer of one use case reads; the answer is what that use case's output schema says. */
export type Renderer = (answer: never, terminal: Terminal) => string

/** Text in a colour of the terminal (SGR code), or as it is where there is none. */
export const paint = (terminal: Terminal, code: number, text: string) => (terminal.color ? `\u001b[${code}m${text}\u001b[0m` : text)

/** `1 file`, `2 files`. */
export const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

/** `3 created, 1 failed`; `nothing` where there is no count. */
export const countList = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'nothing'
