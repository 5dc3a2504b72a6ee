// The folder of this package: the source and the built tree stand at different depths below it.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../integrations/kernel/errors.ts'

/** The nearest folder above this file that has a package.json. */
export function findPackageRoot(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); folder !== path.dirname(folder); folder = path.dirname(folder))
    if (existsSync(path.join(folder, 'package.json'))) return folder
  throw new AppError('internal', 'The package.json of this program is missing.')
}

/** The version this program calls itself. */
export const readVersion = (): string =>
  (JSON.parse(readFileSync(path.join(findPackageRoot(), 'package.json'), 'utf8')) as { version: string }).version
