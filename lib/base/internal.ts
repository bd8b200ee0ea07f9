/** Names of members by which one part of the package calls another, and which are nobody else's. */

/** Of RcuDomain: as synchronizeSync(), and leaves the readers of other domains alone. */
export const waitSync: unique symbol = Symbol('waitSync');
