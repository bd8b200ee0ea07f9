/**
 * The names of errno values, as types and at run time. POSIX's, which Node.js knows on every platform; of two names for
 * one value the first. Errors carry errno negative, as Node's own do.
 */
import { builtin } from '../base/host.js';

// biome-ignore format: a table
/** The name of an errno. */
export type ErrnoName =
  | 'E2BIG' | 'EACCES' | 'EADDRINUSE' | 'EADDRNOTAVAIL' | 'EAFNOSUPPORT' | 'EAGAIN' | 'EALREADY' | 'EBADF'
  | 'EBADMSG' | 'EBUSY' | 'ECANCELED' | 'ECHILD' | 'ECONNABORTED' | 'ECONNREFUSED' | 'ECONNRESET' | 'EDEADLK'
  | 'EDESTADDRREQ' | 'EDOM' | 'EDQUOT' | 'EEXIST' | 'EFAULT' | 'EFBIG' | 'EHOSTUNREACH' | 'EIDRM' | 'EILSEQ'
  | 'EINPROGRESS' | 'EINTR' | 'EINVAL' | 'EIO' | 'EISCONN' | 'EISDIR' | 'ELOOP' | 'EMFILE' | 'EMLINK' | 'EMSGSIZE'
  | 'EMULTIHOP' | 'ENAMETOOLONG' | 'ENETDOWN' | 'ENETRESET' | 'ENETUNREACH' | 'ENFILE' | 'ENOBUFS' | 'ENODATA'
  | 'ENODEV' | 'ENOENT' | 'ENOEXEC' | 'ENOLCK' | 'ENOLINK' | 'ENOMEM' | 'ENOMSG' | 'ENOPROTOOPT' | 'ENOSPC'
  | 'ENOSR' | 'ENOSTR' | 'ENOSYS' | 'ENOTCONN' | 'ENOTDIR' | 'ENOTEMPTY' | 'ENOTSOCK' | 'ENOTSUP' | 'ENOTTY'
  | 'ENXIO' | 'EOVERFLOW' | 'EPERM' | 'EPIPE' | 'EPROTO' | 'EPROTONOSUPPORT' | 'EPROTOTYPE' | 'ERANGE' | 'EROFS'
  | 'ESPIPE' | 'ESRCH' | 'ESTALE' | 'ETIME' | 'ETIMEDOUT' | 'ETXTBSY' | 'EXDEV'
  | 'UNKNOWN';

// Not imported from node:os, which would set up the module's named exports: half a millisecond of every program's
// start.
const { errno: numbers } = builtin('node:os').constants;

export const { EPERM, EINVAL }: Record<'EPERM' | 'EINVAL', number> = numbers;

/** On Windows, libuv has numbers of its own, and util.getSystemErrorName() knows those. */
export const ENOSYS: number = process.platform === 'win32' ? 4054 : numbers.ENOSYS;

/** The name of a negative errno; 'UNKNOWN' where Node.js has none. */
export function errnoName(errno: number): ErrnoName {
  const entry = Object.entries(numbers).find(([, value]) => value === -errno);
  return (entry?.[0] ?? 'UNKNOWN') as ErrnoName;
}
