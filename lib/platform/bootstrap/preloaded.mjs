import path from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Arguments of Node with what every process that runs for weeks loads first.
 * @param {string} root
 * @param {string} [mark] of the instance, which finds what it left behind by it
 * @returns {string[]}
 */
export function preloadedOf(root, mark = '') {
  const preloaded = (/** @type {string} */ name) => pathToFileURL(path.join(root, 'lib/platform/bootstrap', name)).href
  return ['--import', `${preloaded('parent-watch.mjs')}${mark}`, '--import', preloaded('stripped-types.mjs')]
}
