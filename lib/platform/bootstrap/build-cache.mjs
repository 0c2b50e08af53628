import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Returns a hash over the names and contents of files, including all files in folders. A missing file is skipped, so
 * adding or removing it changes the hash.
 * @param {string} root
 * @param {readonly string[]} names relative to root
 * @param {{ skip?: (relative: string) => boolean, salt?: string }} [options] salt: text of other inputs that the hash
 *   must depend on
 * @returns {string} hex
 */
export function hashFileContents(root, names, { skip = () => false, salt = '' } = {}) {
  const hash = createHash('sha256').update(salt)
  for (const file of names.flatMap((name) => filesUnder(root, name, skip)).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)))
  }
  return hash.digest('hex')
}

/**
 * @param {string} root
 * @param {string} name
 * @param {(relative: string) => boolean} skip
 * @returns {string[]}
 */
function filesUnder(root, name, skip) {
  const absolute = path.join(root, name)
  if (!existsSync(absolute) || skip(name)) return []
  /** @type {string[]} */
  const found = []
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const relative = `${folder}/${entry.name}`
      if (skip(relative)) continue
      if (entry.isDirectory()) walk(relative)
      else if (entry.isFile()) found.push(relative)
    }
  }
  try {
    walk(name)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOTDIR') throw error
    found.push(name)
  }
  return found
}

/**
 * Runs `work` unless it was already completed for the same input. The hash of the input is recorded only after
 * completion, so that interrupted work is repeated.
 * @param {string} file file that records the hash of the input
 * @param {() => string} input returns the hash of all inputs; it is called again after the work, because the work may
 *   create some of its own input
 * @param {() => Promise<void>} work
 * @param {string} [result] file that the work creates; if this file is missing, the work is run in any case
 * @returns {Promise<boolean>} true = the work was run
 */
export async function runUnlessUnchanged(file, input, work, result = file) {
  if (existsSync(result) && existsSync(file) && readFileSync(file, 'utf8').trim() === input()) return false
  rmSync(file, { force: true })
  await work()
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${input()}\n`)
  return true
}
