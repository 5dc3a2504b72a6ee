// A file as the form that both products take it in.

import type { UploadedFile } from './client.ts'
import { type SendOptions, segment } from './transport.ts'

/** Not through the library's function: it has no comment, which is where the checksum goes. */
export function toUpload(pageId: string, { name, mediaType, bytes, comment }: UploadedFile): SendOptions {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)], { type: mediaType }), name)
  form.append('comment', comment)
  form.append('minorEdit', 'true')
  const headers = { 'x-atlassian-token': 'nocheck' }
  return { url: `/rest/api/content/${segment(pageId)}/child/attachment`, method: 'PUT', headers, body: form }
}
