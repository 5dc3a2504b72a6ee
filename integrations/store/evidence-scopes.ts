// Which Jira projects and Confluence spaces tell about which repository. Nobody says it anywhere but in scans that name imports of
// both, so it is learned from them.
import type { Db } from './db.ts'

/** Names are compared in lower case, as GitHub does. */
export const repositoryKeyOf = (repository: string): string => repository.toLowerCase()

export interface EvidenceScope {
  readonly provider: string
  /** Such as `jira:KEY`. */
  readonly scope: string
}

/** Remembers that imports of this scope tell about the repository. */
export async function saveEvidenceScopes(db: Db, repository: string, scopes: readonly EvidenceScope[], at: Date): Promise<void> {
  const repositoryKey = repositoryKeyOf(repository)
  for (const { provider, scope } of scopes) {
    await db.prisma.evidenceScope.upsert({
      where: { repositoryKey_provider_scope: { repositoryKey, provider, scope } },
      create: { repositoryKey, provider, scope, updatedAt: at },
      update: { updatedAt: at },
    })
  }
}

/** The scopes of a repository, the one named last first. */
export async function listEvidenceScopes(db: Db, repository: string): Promise<readonly EvidenceScope[]> {
  const rows = await db.prisma.evidenceScope.findMany({
    where: { repositoryKey: repositoryKeyOf(repository) },
    orderBy: [{ updatedAt: 'desc' }, { provider: 'asc' }, { scope: 'asc' }],
  })
  return rows.map(({ provider, scope }) => ({ provider, scope }))
}
