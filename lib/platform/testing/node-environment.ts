const NAMES = ['PATH', 'NODE_COMPILE_CACHE', 'NODE_OPTIONS']

/**
 * Returns the variables that a Node.js process needs if a test starts it with its own environment: the search path for
 * programs, and the compile cache for the same NODE_OPTIONS, which saves half of the start time.
 */
export function nodeEnvironment(): Record<string, string> {
  const known = NAMES.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(known)
}
