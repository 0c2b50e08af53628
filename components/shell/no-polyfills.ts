/** Empty module that replaces the polyfills which Next.js adds for older browsers (see next.config.mjs). */
export {}
