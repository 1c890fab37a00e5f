"""Shows what the partitions need, and does it."""

from itertools import groupby

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

CREATES = ("create", "heal")
RETIRES = ("finalize", "drop", "detach", "move")
CONFIRM = "confirm"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("tables", nargs="*", metavar="schema.table", help="only these sets")
        parser.add_argument("--plan", action="store_true", help="only show what would be done")
        parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
        parser.add_argument("--using", "-u", default=DEFAULT_DB_ALIAS, metavar="ALIAS", help="the database")
        parser.add_argument("--skip-create", action="store_true", help="make no partitions")
        parser.add_argument("--skip-delete", action="store_true", help="retire no partitions")

    def handle(self, *args, **options):
        try:
            connection = connections[options["using"]]
            plan = self.plan(connection, options)
            if not plan:
                self.stdout.write("Nothing to do.")
                return
            self.show(plan)
            if options["plan"]:
                return
            if not options["yes"] and input("Do it? [y/N] ").strip().lower() not in ("y", "yes"):
                self.stdout.write("Nothing was done.")
                return
            self.apply(connection, plan, options)
        except DatabaseError as error:
            raise CommandError(str(error).strip())

    def plan(self, connection, options):
        """The actions of each set, by its name and the fingerprint of its whole plan."""
        skipped = (CREATES if options["skip_create"] else ()) + (RETIRES if options["skip_delete"] else ())
        query = "SELECT parent_table, fingerprint, action, partition, reason FROM partman.plan_maintenance(%s)"
        with connection.cursor() as cursor:
            cursor.execute(query, [None])
            plan = self.by_set(cursor.fetchall())
            # A run that nobody watches stops before it retires suspiciously much.  Who is asked can say yes to that.
            for number, (name, actions) in enumerate(plan):
                if not options["yes"] and CONFIRM in self.verbs(actions):
                    cursor.execute(query, [name[0]])
                    plan[number : number + 1] = self.by_set(cursor.fetchall())
        plan = [
            (name, [row for row in actions if row[2] not in skipped])
            for name, actions in plan
            if not options["tables"] or name[0] in options["tables"]
        ]
        return [(name, actions) for name, actions in plan if actions]

    @staticmethod
    def by_set(rows):
        return [(name, list(actions)) for name, actions in groupby(rows, key=lambda row: row[:2])]

    @staticmethod
    def verbs(actions):
        return [row[2] for row in actions]

    def show(self, plan):
        for (table, _), actions in plan:
            self.stdout.write("%s:" % table)
            for _, _, action, partition, reason in actions:
                self.stdout.write("  %-8s %s  (%s)" % (action, partition or "", reason))

    def apply(self, connection, plan, options):
        """Exactly what was shown, or an error that says what is different by now.  Commits partition by partition, so
        it must not be called in a transaction."""
        waiting = [table for (table, _), actions in plan if CONFIRM in self.verbs(actions)]
        with connection.cursor() as cursor:
            for (table, fingerprint), _ in plan:
                if table in waiting:
                    continue
                cursor.execute(
                    "CALL partman.apply_plan(%s, %s, %s, %s)",
                    [fingerprint, table, options["skip_create"], options["skip_delete"]],
                )
        if waiting:
            raise CommandError("left alone, since somebody has to confirm it: %s (try without --yes)" % ", ".join(waiting))
        self.stdout.write(self.style.SUCCESS("Done."))
