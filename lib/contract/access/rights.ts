/** Rights of users and tokens. Each endpoint and page declares the right that it needs. */
export const ACCESS_RIGHTS = [
  'read',
  'read_cost',
  'acknowledge',
  'declare',
  'decide_cost',
  'share',
  'settings',
  'channels',
  'tokens',
  'users',
  'audit',
] as const
export type AccessRight = (typeof ACCESS_RIGHTS)[number]

/** Description of each right, for people. */
export const ACCESS_RIGHT_DESCRIPTIONS: Readonly<Record<AccessRight, string>> = {
  read: 'see circuits, gateways, sessions, routes, events and incidents',
  read_cost: 'see prices, projections, budgets and reviews',
  acknowledge:
    'acknowledge, assign and send incidents, write notes, poll a resource faster, compute double failures, record a request for a circuit’s service key',
  declare:
    'declare sites, mappings, maintenance windows, cards and the watch list, join the history of two resources or separate it',
  decide_cost: 'record cost decisions, set budgets and price overrides',
  share: 'create links that show a frozen page to people without an account, see and revoke the links of the team',
  settings: 'change thresholds, run back-tests, see the setup',
  channels:
    'see and change notification channels, escalation, on-call rotations and reports by mail, send test messages',
  tokens: 'see, create and revoke API tokens and wall tokens',
  users: 'see, invite, change and remove users',
  audit: 'see who made which change',
}

export const ROLE_NAMES = ['viewer', 'operator', 'cost', 'admin'] as const
export type Role = (typeof ROLE_NAMES)[number]

export interface RoleRecord {
  /** display name of the role */
  name: string
  meaning: string
  rights: readonly AccessRight[]
}

/** Rights of each role. Documentation, OpenAPI and enforcement are derived from this table. */
export const ROLES: Readonly<Record<Role, RoleRecord>> = {
  viewer: { name: 'Viewer', meaning: 'sees the network, changes nothing', rights: ['read'] },
  operator: {
    name: 'Operator',
    meaning: 'takes incidents on, and declares what the network should be',
    rights: ['read', 'acknowledge', 'declare', 'share'],
  },
  cost: {
    name: 'Cost',
    meaning: 'sees the network and its cost, and decides about cost',
    rights: ['read', 'read_cost', 'decide_cost', 'share'],
  },
  admin: { name: 'Admin', meaning: 'may do everything', rights: ACCESS_RIGHTS },
}

/** Possible lifetimes of a link to a frozen page, in days. */
export const SNAPSHOT_DAYS = [1, 7, 30] as const

/**
 * Key under which a snapshot (a frozen page that is shared by link) stores the names of resources. The stored responses
 * reference these resources only by id.
 */
export const SNAPSHOT_NAMES_KEY = '/names'
