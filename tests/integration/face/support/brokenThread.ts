/** A search thread that does not come up. */
throw new Error('This thread never runs')
