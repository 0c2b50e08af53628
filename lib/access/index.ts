export {
  readClientAddress,
  setCallerForTests,
  readCaller,
  buildCaller,
  writeCallerHeader,
  MissingRightError,
  OPEN_ACCESS_CALLER,
  requireRight,
  UnauthenticatedError,
} from './caller/caller.ts'
export { deriveCookieKey } from './caller/cookies.ts'
export { findCallerByCookie, isCallerUnchanged } from './store/credentials.ts'
export { AccessConflictError, AccessRequestError, AccessNotFoundError } from './errors.ts'
export { createFrontServer, PROBLEM_HEADERS, formatProblem } from './front-server.ts'
export { type AdmissionGate, createOpenAccessGate, createSignInGate } from './front/admission-gate.ts'
export { isBehindProxy, type WebAddress } from './own-addresses.ts'
export { readUntrustedProxyTime } from './store/untrusted-proxies.ts'
export { offerFrontServer } from './offered-front-server.ts'
export { startFrontServer } from './start-front-server.ts'
export { findDefaultSavedViewSearch } from './store/views.ts'
export { type SnapshotPageContent, findSnapshotPage } from './store/snapshots.ts'
export { listAccessScopesInUse } from './scopes-in-use.ts'
export { createSignInService, isSignInRequest, type SignInService } from './sign-in/sign-in.ts'
export { findSignInOriginFault, parseSignInOrigins } from './sign-in/sign-in-origins.ts'
export { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, getMinPasswordLength } from './sign-in/passwords.ts'
export { createToken, listTokens, recordEndedTokens, revokeToken, readTokenById } from './tokens/tokens.ts'
export { LINK_HOURS, isAdminMissing, findLinkPurpose, createOneTimeLink, redeemLink } from './users/links.ts'
export {
  addUser,
  assertMayGrant,
  listPossibleAssignees,
  updateUser,
  listUsers,
  removeUser,
  readUserByEmail,
  readUserById,
} from './users/users.ts'
export { formatBrowser } from './users/browser-text.ts'
export { endSignInSessions, listSignInSessions } from './users/sessions.ts'
export { resetSecondFactor, readSecondFactor, formatSecondFactor } from './users/second-factor.ts'
export { type AuditActor, ACCESS_COMMAND_ACTOR, listAuditEntries, recordAuditEntry } from './audit/audit.ts'
export { buildAccountResponse } from './views.ts'
export { erasePerson } from './store/erase-person.ts'
