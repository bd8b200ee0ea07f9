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

// The same on every platform that Node.js runs on.
export const EPERM = 1;
export const EINVAL = 22;

/** On Windows, libuv has numbers of its own, and util.getSystemErrorName() knows those. */
export const ENOSYS: number =
  process.platform === 'linux' ? 38 : process.platform === 'win32' ? 4054 : numbers().ENOSYS;

/** Asked for when it is needed, since Node.js takes 0.3 ms to make the table. */
function numbers(): Readonly<Record<'ENOSYS', number>> {
  return builtin('node:os').constants.errno;
}

/** The name of a negative errno; 'UNKNOWN' where Node.js has none. */
export function errnoName(errno: number): ErrnoName {
  const entry = Object.entries(numbers()).find(([, value]) => value === -errno);
  return (entry?.[0] ?? 'UNKNOWN') as ErrnoName;
}
