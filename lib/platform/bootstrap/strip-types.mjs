import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'

/** Where the TypeScript is that Node runs as it is. */
export const TYPED_FOLDERS = /** @type {const} */ (['bin', 'lab', 'lib'])

/** Tests are run by what strips types itself. */
export const isTest = (/** @type {string} */ file) => file.endsWith('.test.ts')

const ROOT = path.resolve(import.meta.dirname, '../../..')
const FOLDER = path.join(ROOT, '.next', 'stripped')

/**
 * Where the JavaScript of a TypeScript file is, if its types were stripped: by its content, so that of a changed file there is none.
 * @param {string | Buffer} source
 */
export function strippedFile(source) {
  return path.join(FOLDER, `${createHash('sha256').update(source).digest('hex')}.js`)
}

/** Positions stay as they are, and with them those of errors. */
function stripAll() {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  for (const folder of TYPED_FOLDERS)
    for (const file of globSync(`${folder}/**/*.ts`, { cwd: ROOT, exclude: isTest })) {
      const source = readFileSync(path.join(ROOT, file), 'utf8')
      writeFileSync(strippedFile(source), stripTypeScriptTypes(source))
    }
}

if (process.argv[1] === import.meta.filename) stripAll()
