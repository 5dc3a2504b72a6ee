// The site on GitHub Pages: built from the material, committed to its branch in one commit when something changed, and switched on
// where that is allowed.
import type { Gap } from '../../../integrations/foe/gap.ts'
import { toAppError } from '../../../integrations/kernel/errors.ts'
import { findPublication } from '../../../integrations/store/publications.ts'
import { governanceSite } from '../publishing/governance-site.ts'
import type { Publishing, TargetResult } from './publishing.ts'

/** Ours on the branch; a name that Jekyll does not publish. */
const LIST = '.katalyst-pages.json'
/** A branch of ours needs no Jekyll; on a branch of somebody else it may be wanted. */
const FIRST_FILES = new Map([['.nojekyll', '']])

type Site = NonNullable<Extract<Awaited<ReturnType<Publishing['ctx']['providers']['github']['readPages']>>, { kind: 'on' }>['site']>

const gap = (code: string, title: string, recommendation: string): Gap => ({ code, title, recommendation, severity: 'medium' })

/** The folder that Pages can serve which holds `path`. */
const servedFolder = (path: string): '' | 'docs' => (path === 'docs' || path.startsWith('docs/') ? 'docs' : '')

const howToSwitchOn = ({ settings: { pages } }: Publishing): string =>
  `Open Settings → Pages of the repository, choose "Deploy from a branch", branch ${pages.branch}, folder /${servedFolder(pages.path)}.`

interface Seen {
  readonly url: string | undefined
  readonly gaps: Gap[]
}

/** Where the site is seen, and what keeps it from being seen. */
function seenAt(publishing: Publishing, site: Site): Seen {
  const { branch, path } = publishing.settings.pages
  if (site.isByWorkflow)
    return {
      url: site.url,
      gaps: [gap('pages-by-workflow', 'Pages is built by a workflow, so the branch is not what it serves', howToSwitchOn(publishing))],
    }
  const isInside = site.folder === '' || path === site.folder || path.startsWith(`${site.folder}/`)
  if (site.branch !== branch || !isInside)
    return {
      url: site.url,
      gaps: [
        gap(
          'pages-elsewhere',
          `Pages serves branch ${site.branch ?? 'none'}, folder /${site.folder}`,
          `Set pages.branch and pages.path in github-config.json to it, or: ${howToSwitchOn(publishing)}`,
        ),
      ],
    }
  const below = path.slice(site.folder.length).replace(/^\/+|\/+$/g, '')
  return { url: site.url && below ? `${site.url.replace(/\/+$/, '')}/${below}/` : site.url, gaps: [] }
}

type Found = Awaited<ReturnType<Publishing['ctx']['providers']['github']['readPages']>>

const switchedOff = (publishing: Publishing, why = ''): Seen => ({
  url: undefined,
  gaps: [gap('pages-off', 'GitHub Pages is not switched on', `${howToSwitchOn(publishing)}${why ? ` (${why})` : ''}`)],
})

/** Where the site is seen, of what was found before anything was written. */
function siteOf(publishing: Publishing, found: Found): Seen {
  if (found.kind === 'on') return seenAt(publishing, found.site)
  if (found.kind === 'off') return switchedOff(publishing)
  const recommendation = `Grant "pages: write" to the App, or: ${howToSwitchOn(publishing)}`
  return { url: undefined, gaps: [gap('pages-no-permission', 'The App may not read Pages', recommendation)] }
}

/** Switches Pages on for a branch that is there by now. What goes wrong is a gap: the site itself is published. */
async function switchOn(publishing: Publishing): Promise<Seen> {
  const { ctx, github, repository, settings } = publishing
  const { readPages, switchPagesOn } = ctx.providers.github
  const { branch, path } = settings.pages
  try {
    const switched = await switchPagesOn(github, repository, { branch, folder: servedFolder(path) })
    if (switched.kind === 'refused') return switchedOff(publishing, switched.message)
    return siteOf(publishing, switched.kind === 'on' ? switched : await readPages(github, repository))
  } catch (error) {
    const { code, message } = toAppError(error)
    if (code.startsWith('provider-')) return switchedOff(publishing, message)
    throw error
  }
}

/** Whether it was published before: what GitHub refused then is not asked for again with every run. */
async function isKnown({ ctx, repository }: Publishing): Promise<boolean> {
  const scope = `${repository.owner}/${repository.repo}`.toLowerCase()
  const key = { provider: 'github', scope, target: 'github-pages', contentType: 'governance-report' } as const
  return (await findPublication((await ctx.store()).db, key)) !== undefined
}

/** Publishes the site. */
export async function publishPages(publishing: Publishing): Promise<readonly TargetResult[]> {
  const { ctx, github, repository, settings, material, dryRun } = publishing
  const { branch, path } = settings.pages
  const wanted = {
    branch,
    folder: path,
    files: governanceSite(material),
    firstFiles: FIRST_FILES,
    list: LIST,
    message: `docs(governance): publish the site of ${material.provenance.repository}\n`,
  }
  // Asked before anything is written: a failure here leaves the whole publication to be tried again.
  const found = await ctx.providers.github.readPages(github, repository)
  const done = await ctx.providers.github.writeFiles(github, repository, wanted, { dryRun })
  const onGitHub = `${ctx.config.GITHUB_SERVER_URL}/${repository.owner}/${repository.repo}/tree/${branch}${path ? `/${path}` : ''}`
  const { foreign, written, added, removed, isFirst } = done.plan
  if (done.kind === 'foreign')
    return [
      {
        target: 'github-pages',
        url: onGitHub,
        status: 'conflict',
        code: 'not-ours',
        reason: `Branch ${branch} has ${foreign.join(', ')} of somebody else, which is kept. Set pages.path in github-config.json to a folder of its own, or another pages.branch.`,
      },
    ]
  const mayTry = !dryRun && found.kind === 'off' && (done.kind === 'committed' || !(await isKnown(publishing)))
  const { url, gaps } = mayTry ? await switchOn(publishing) : siteOf(publishing, found)
  const changes = [
    ...[...written.keys()].map((file) => ({ field: file, from: added.includes(file) ? null : 'published', to: 'written' })),
    ...removed.map((file) => ({ field: file, from: 'published', to: null })),
  ]
  return [
    {
      target: 'github-pages',
      url: url ?? onGitHub,
      status: done.kind === 'unchanged' ? 'unchanged' : isFirst ? 'created' : 'updated',
      ...(changes.length > 0 ? { changes } : {}),
      ...(gaps.length > 0 ? { gaps, reason: gaps.map(({ title, recommendation }) => `${title}. ${recommendation}`).join(' ') } : {}),
    },
  ]
}
