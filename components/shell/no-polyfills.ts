/** Empty replacement for the polyfills that Next.js adds for older browsers (next.config.mjs). */
export {}
