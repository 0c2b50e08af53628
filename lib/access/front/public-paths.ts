import { type Endpoint, INBOUND_FOLDER, type PlainEndpoint } from '#lib/contract/index.ts'
import { endpoints, plainEndpoints } from '#lib/api/index.ts'

/** What is answered without signing in. Everything else is not: a path that nobody thought of is closed. */
const PUBLIC = new Set([
  '/sign-in',
  '/sign-in/link',
  '/icon.svg',
  '/api/health',
  '/api/health/live',
  '/api/health/ready',
])
// vendors have no session: what they send is signed
const PUBLIC_FOLDERS = ['/_next/static/', '/api/auth/', INBOUND_FOLDER]

/** @param path as it was sent; another spelling of a public path is not public */
export const isPublic = (path: string): boolean =>
  PUBLIC.has(path) || PUBLIC_FOLDERS.some((folder) => path.startsWith(folder) && !path.includes('..'))

/** The wall's page, and what the contract says that walls may read. */
const OF_WALLS = new Set([
  '/wall',
  ...Object.values<Endpoint>(endpoints).flatMap(({ path, forWalls }) => (forWalls ? `/api/v1${path}` : [])),
  ...Object.values<PlainEndpoint>(plainEndpoints).flatMap(({ path, forWalls }) => (forWalls ? path : [])),
])
export const isForWalls = (path: string): boolean => OF_WALLS.has(path)

/** Where somebody without a role gets to. */
export const ACCOUNT_PATH = '/account'
const SIGN_IN_PATH = '/sign-in'

/** The address of the sign-in that leads back to a page of ours. */
export const signInFor = (url: string): string =>
  url === '/' ? SIGN_IN_PATH : `${SIGN_IN_PATH}?next=${encodeURIComponent(url)}`
