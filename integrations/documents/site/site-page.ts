// One page of the published site: landmarks, navigation, one heading. Every address is relative, so that the site works below any
// path and from a folder of this machine, and nothing is asked of another host.
import { element, serializeHtml, text, type XmlNode } from '../xml-tree.ts'

/** The pages, in the order of the navigation. */
export const SITE_PAGES = [
  ['index.html', 'Overview'],
  ['dimensions.html', 'Dimensions'],
  ['roadmap.html', 'Roadmap'],
  ['coverage.html', 'Coverage'],
  ['history.html', 'History'],
] as const
export type SiteFile = (typeof SITE_PAGES)[number][0]

export const STYLE_FILE = 'style.css'

export interface SitePage {
  readonly file: SiteFile
  readonly heading: string
  readonly body: readonly XmlNode[]
}

/** What every page of a site says of the whole. */
export interface SiteFrame {
  /** `owner/name`, or the folder's name. */
  readonly repository: string
  readonly footer: readonly XmlNode[]
}

const navigation = (current: SiteFile): XmlNode => {
  const items = SITE_PAGES.map(([file, label]) =>
    element('li', {}, [element('a', { href: file, 'aria-current': file === current ? 'page' : undefined }, [text(label)])]),
  )
  return element('nav', { 'aria-label': 'Main' }, [element('ul', {}, items)])
}

/** The whole file of a page. The same page gives the same text. */
export function sitePage({ file, heading, body }: SitePage, { repository, footer }: SiteFrame): string {
  const content = [
    element('a', { class: 'skip', href: '#content' }, [text('Skip to the content')]),
    element('header', {}, [element('div', {}, [element('strong', {}, [text(repository)]), navigation(file)])]),
    element('main', { id: 'content', tabindex: '-1' }, [element('h1', {}, [text(heading)]), ...body]),
    element('footer', {}, footer),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${serializeHtml([element('title', {}, [text(`${heading} · ${repository}`)])])}
<meta name="generator" content="Katalyst Integrations">
<link rel="stylesheet" href="${STYLE_FILE}">
<link rel="icon" href="data:,">
</head>
<body>
${content.map((node) => serializeHtml([node])).join('\n')}
</body>
</html>
`
}
