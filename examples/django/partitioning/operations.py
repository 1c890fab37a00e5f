"""Migration operations for partitioned tables; each can be reversed.

Tables are given by the name of their model.  What the database is told stands in one place each: the functions of
schema partman, which work inside the transaction of a migration.
"""

import json

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel


class CreatePartitionedModel(CreateModel):
    """CREATE TABLE ... PARTITION BY strategy (column).

    A primary key of PostgreSQL must contain the partition key, so that of the table is (id, column), where the column
    is another one; the model goes on seeing `id` alone.
    """

    def __init__(self, name, fields, by, column, **kwargs):
        self.by = by
        self.column = column
        super().__init__(name, fields, **kwargs)

    def deconstruct(self):
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, "by": self.by, "column": self.column}

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        model = to_state.apps.get_model(app_label, self.name)
        pk = model._meta.pk
        quote = schema_editor.quote_name
        column = quote(model._meta.get_field(self.column).column)
        key = ", ".join(dict.fromkeys([quote(pk.column), column]))
        template = schema_editor.sql_create_table
        schema_editor.sql_create_table = (
            "CREATE TABLE %%(table)s (%%(definition)s, PRIMARY KEY (%s)) PARTITION BY %s (%s)"
            % (key, self.by.upper(), column)
        )
        pk.primary_key = False  # not as a constraint of the column
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            pk.primary_key = True
            schema_editor.sql_create_table = template


class TableOperation(Operation):
    """Something done to the table of a model; the state of the models stays as it is."""

    def __init__(self, model_name):
        self.model_name = model_name

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._run(self.forwards, app_label, schema_editor, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._run(self.backwards, app_label, schema_editor, from_state)

    def _run(self, step, app_label, schema_editor, state):
        model = state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        # Foreign keys are checked at the end of a migration; a table with such checks pending cannot be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        step(schema_editor, "public." + model._meta.db_table)


class ManagePartitions(TableOperation):
    """Makes a set of the table: ensure_set() with these settings.  Reversed, the partitions that were made are dropped."""

    def __init__(self, model_name, **settings):
        super().__init__(model_name)
        self.settings = settings

    def deconstruct(self):
        return type(self).__name__, [self.model_name], self.settings

    def forwards(self, schema_editor, table):
        ensure(schema_editor, table, self.settings)

    def backwards(self, schema_editor, table):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT partman.drop_partition(partition_schema || '.' || partition_table) FROM partman.partitions"
                " WHERE parent_table = %s AND level = 1 AND provenance = 'made' AND NOT is_default",
                [table],
            )
            cursor.execute(
                "SELECT partman.drop_default_partition(parent_table) FROM partman.partitions"
                " WHERE parent_table = %s AND level = 1 AND provenance = 'made' AND is_default",
                [table],
            )
            cursor.execute("SELECT partman.config_cleanup(%s)", [table])

    def describe(self):
        return "Manage the partitions of %s" % self.model_name


class ChangePartitions(TableOperation):
    """Changes settings of a set; `previous` are those to go back to."""

    def __init__(self, model_name, settings, previous):
        super().__init__(model_name)
        self.settings = settings
        self.previous = previous

    def deconstruct(self):
        return type(self).__name__, [self.model_name, self.settings, self.previous], {}

    def forwards(self, schema_editor, table):
        ensure(schema_editor, table, self.settings)

    def backwards(self, schema_editor, table):
        ensure(schema_editor, table, self.previous)

    def describe(self):
        return "Change %s of the partitions of %s" % (", ".join(self.settings), self.model_name)


class AddPartition(TableOperation):
    """Makes one partition; reversed, it is dropped with its rows."""

    def __init__(self, model_name, name):
        super().__init__(model_name)
        self.name = name

    def backwards(self, schema_editor, table):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT partman.drop_partition(%s)", ["public." + self.name])

    def describe(self):
        return "Add partition %s to %s" % (self.name, self.model_name)


class AddRangePartition(AddPartition):
    def __init__(self, model_name, name, lower, upper):
        super().__init__(model_name, name)
        self.lower = lower
        self.upper = upper

    def deconstruct(self):
        return type(self).__name__, [self.model_name, self.name, self.lower, self.upper], {}

    def forwards(self, schema_editor, table):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT partman.add_range_partition(%s, %s, %s, %s)", [table, self.lower, self.upper, self.name]
            )


class AddListPartition(AddPartition):
    def __init__(self, model_name, name, values):
        super().__init__(model_name, name)
        self.values = values

    def deconstruct(self):
        return type(self).__name__, [self.model_name, self.name, self.values], {}

    def forwards(self, schema_editor, table):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT partman.add_list_partition(%s, %s, %s)", [table, self.values, self.name])


class AddHashPartition(AddPartition):
    def __init__(self, model_name, name, modulus, remainder):
        super().__init__(model_name, name)
        self.modulus = modulus
        self.remainder = remainder

    def deconstruct(self):
        return type(self).__name__, [self.model_name, self.name, self.modulus, self.remainder], {}

    def forwards(self, schema_editor, table):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT partman.add_hash_partition(%s, %s, %s, %s)", [table, self.modulus, self.remainder, self.name]
            )


class AddDefaultPartition(TableOperation):
    """Makes the default partition; reversed, it is dropped, which is refused while it has rows."""

    def deconstruct(self):
        return type(self).__name__, [self.model_name], {}

    def forwards(self, schema_editor, table):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT partman.add_default_partition(%s)", [table])

    def backwards(self, schema_editor, table):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT partman.drop_default_partition(%s)", [table])

    def describe(self):
        return "Add the default partition of %s" % self.model_name


def ensure(schema_editor, table, settings):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT partman.ensure_set(%s)", [json.dumps({"parent_table": table, **settings})])
