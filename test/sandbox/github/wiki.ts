// A wiki is a git repository of its own, whose branch is `master` whatever the code's is. It is not there until its first page is.
import { type ActionDeps, DEVELOPER, type RepositoryName } from './actions.ts'
import type { Wiki } from './evidence.ts'
import { applyFiles } from './git-history.ts'
import type { Files } from './repositories.ts'
import { ensureAccount, getRepository } from './world.ts'

export const WIKI_BRANCH = 'refs/heads/master'

/** What happens between the moment a push has looked and the moment it arrives; once. */
const standing = new WeakMap<Wiki, () => void>()

export function takeStanding(wiki: Wiki): (() => void) | undefined {
  const action = standing.get(wiki)
  standing.delete(wiki)
  return action
}

/** What people write into wikis. */
export function makeWikiActions({ world }: ActionDeps) {
  const actions = {
    /** Commits pages (`null` deletes) by file name, such as `Home.md`; answers the commit. */
    editWiki(
      name: RepositoryName,
      pages: Files,
      options: { readonly at?: Date; readonly author?: string; readonly parents?: readonly string[] } = {},
    ): string {
      const { objects, refs } = getRepository(world, name).evidence.wiki
      const { login } = ensureAccount(world, options.author ?? DEVELOPER)
      const parents = options.parents ?? [refs.get(WIKI_BRANCH) ?? []].flat()
      const before = parents[0] ? objects.commit(parents[0])?.tree : undefined
      const tree = applyFiles(objects, before ?? objects.writeTree([]), pages)
      const signature = { name: login, email: `${login}@users.noreply.example`, date: options.at ?? world.clock.now() }
      const sha = objects.writeCommit({ tree, parents, author: signature, committer: signature, message: 'Edit pages\n' })
      refs.set(WIKI_BRANCH, sha)
      return sha
    },
    /** Somebody commits pages while the next push is on its way, so that the push meets another branch than it saw. */
    editWikiDuringPush(name: RepositoryName, pages: Files) {
      standing.set(getRepository(world, name).evidence.wiki, () => void actions.editWiki(name, pages))
    },
    /** The wiki's pages by file name, as text; empty without a wiki. */
    wikiPages(name: RepositoryName): Record<string, string> {
      const { objects, refs } = getRepository(world, name).evidence.wiki
      const commit = objects.commit(refs.get(WIKI_BRANCH) ?? '')
      const files = commit ? [...objects.files(commit.tree)] : []
      return Object.fromEntries(files.map(([file, { sha }]) => [file, objects.blob(sha)?.data.toString('utf8') ?? '']))
    },
    /** Messages of the wiki's commits, newest first. */
    wikiCommits(name: RepositoryName): string[] {
      const { objects, refs } = getRepository(world, name).evidence.wiki
      const messages: string[] = []
      for (let sha = refs.get(WIKI_BRANCH); sha !== undefined; sha = objects.commit(sha)?.parents[0])
        messages.push(objects.commit(sha)?.message.trim() ?? '')
      return messages
    },
  }
  return actions
}
