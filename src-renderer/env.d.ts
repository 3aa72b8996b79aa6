/** Set by the build: false in a production bundle, where every branch behind it is dropped. */
declare const __BENCH__: boolean
