from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._run import Run


class SysGenError(Exception):
    """What the program says when it did not do all that was asked.

    The exit codes are those of the command line. 1 means that some rows failed, 2 that the usage
    or the input is wrong or the run cannot go on as it is, 3 that a budget is spent, 4 that batches
    are open, 5 that no row is in the dataset, 6 that another process is at work in the run
    directory, 7 that a server, the hub or room on the disk is not to be had now, so that the same
    call goes on later, and 130 that the program was interrupted.

    Attributes:
        exit_code: The program's exit code. A negative number is the signal that ended it. None
            where the program did not start.
        run: What the run came to, where it wrote its files (codes 1, 3, 4, 5 and 130).
    """

    def __init__(self, message: str, exit_code: int | None = None, run: Run | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.run = run
