// Who is a bot. Providers know three kinds of them: by type, by a login ending in [bot], and people's accounts that are run by
// a program, which only a list can name.

/** An account as it was named in the fact. `type` is the provider's word (User, Bot, Mannequin, EnterpriseUserAccount, …). */
export interface Person {
  readonly id: string | null
  readonly login: string
  readonly type: string
}

export type BotRule = { readonly botLogins: readonly string[] }

/** A deleted account (null) is no bot: programs do not delete their accounts, people do. */
export function isBot(person: Person | null, { botLogins }: BotRule): boolean {
  if (person === null) return false
  const login = person.login.toLowerCase()
  return person.type.toLowerCase() === 'bot' || login.endsWith('[bot]') || botLogins.some((bot) => bot.toLowerCase() === login)
}

/** Accounts are the same by id, else by login: a renamed account stays itself. A deleted account is the same as none. */
export function isSamePerson(left: Person | null, right: Person | null): boolean {
  if (left === null || right === null) return false
  if (left.id !== null && right.id !== null) return left.id === right.id
  return left.login.toLowerCase() === right.login.toLowerCase()
}

/**
 * Whether what this person did to a pull request counts as somebody else's look at it: no bot, not the author. When both
 * accounts are deleted nobody can tell them apart, and it does not count.
 */
export const isOtherHuman = (person: Person | null, author: Person | null, rule: BotRule): boolean =>
  !isBot(person, rule) && !isSamePerson(person, author) && !(person === null && author === null)
