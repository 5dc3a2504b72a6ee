// A wiki is a git repository of its own, whose branch is `master` whatever the code's is. It is not there until its first page is.
import { type ActionDeps, DEVELOPER, type RepositoryName } from './actions.ts'
import { applyFiles } from './git-history.ts'
import type { Files } from './repositories.ts'
import { ensureAccount, getRepository } from './world.ts'

export const WIKI_BRANCH = 'refs/heads/master'

/** What people write into wikis. */
export function makeWikiActions({ world }: ActionDeps) {
  return {
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
  }
}
