// Another program that shares the database: plain JavaScript, another driver, no code of ours. It reads the views until it is told to
// stop, and prints how often it read, and what it saw last. Arguments: URL of the database; names of views.
import { createRequire } from 'node:module'

const [url, ...views] = process.argv.slice(2)
const require = createRequire(import.meta.url)

async function openReader() {
  if (url.startsWith('file:')) {
    const Database = require('libsql')
    const database = new Database(url.slice('file:'.length), { readonly: true, timeout: 5000 })
    return { read: async (view) => database.prepare(`SELECT * FROM ${view}`).all(), close: async () => database.close() }
  }
  const pg = require('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return { read: async (view) => (await client.query(`SELECT * FROM ${view}`)).rows, close: () => client.end() }
}

let stopped = false
process.stdin.resume().on('end', () => {
  stopped = true
})
const reader = await openReader()
let rounds = 0
let seen = {}
process.stdout.write('ready\n')
for (let last = false; !last; ) {
  last = stopped
  const entries = []
  for (const view of views) entries.push([view, await reader.read(view)])
  seen = Object.fromEntries(entries)
  rounds += 1
  await new Promise((resolve) => setTimeout(resolve, 5))
}
await reader.close()
process.stdout.write(`${JSON.stringify({ rounds, seen })}\n`)
