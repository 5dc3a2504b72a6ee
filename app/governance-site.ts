// The site that is published of a governance folder: from artifacts and scores to files.
import { renderHtml } from '../integrations/documents/to-html.ts'
import { type GovernanceMaterial, governanceDocuments } from './governance-documents.ts'

/** Files of the site by path. Pure: the same material, the same bytes. */
export function governanceSite(material: GovernanceMaterial): ReadonlyMap<string, string> {
  const page = (contentType: 'governance-report' | 'roadmap') => {
    const [document] = governanceDocuments(contentType, material)
    return document ? renderHtml(document.tree) : ''
  }
  return new Map([
    ['index.html', page('governance-report')],
    ['roadmap.html', page('roadmap')],
  ])
}
