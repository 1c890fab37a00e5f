"""Proof that a query set reads few partitions, for tests and the curious."""


def partitions_read(connection, query):
    """How many partitions of the first partitioned table of the query its plan reads, and of how many."""
    with connection.cursor() as cursor:
        statement = cursor.mogrify(*query.query.sql_with_params()).decode()
        cursor.execute("SELECT scanned, partitions FROM partman.explain_pruning(%s)", [statement])
        return cursor.fetchone()
