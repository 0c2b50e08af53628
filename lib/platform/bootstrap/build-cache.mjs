import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Returns a hash over the names and contents of files and of all files in folders. A missing file counts as absent, so
 * that adding or removing it changes the hash.
 * @param {string} root
 * @param {readonly string[]} names relative to root
 * @param {{ skip?: (relative: string) => boolean, salt?: string }} [options] salt: other inputs of the result
 * @returns {string} hex
 */
export function hashFiles(root, names, { skip = () => false, salt = '' } = {}) {
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
 * Runs `work` unless it was completed for the same input. The recorded hash is removed first, so that interrupted work
 * is repeated.
 * @param {string} file that records the hash of the input
 * @param {() => string} input hash of all inputs; computed again afterwards, because the work may complete its own
 *   input
 * @param {() => Promise<void>} work
 * @param {string} [result] a file that the work creates; the recorded hash is ignored if this file is missing
 * @returns {Promise<boolean>} whether the work was run
 */
export async function skipIfUnchanged(file, input, work, result = file) {
  if (existsSync(result) && existsSync(file) && readFileSync(file, 'utf8').trim() === input()) return false
  rmSync(file, { force: true })
  await work()
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${input()}\n`)
  return true
}
