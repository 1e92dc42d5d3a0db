"""Our user comes before Oscar's own customer migrations: they point at it (decision 0003)."""

import django.utils.timezone
from django.db import migrations, models

import marketplace.people.models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("is_superuser", models.BooleanField(default=False)),
                ("email", models.EmailField(blank=True, max_length=254, null=True, unique=True)),
                ("phone", models.CharField(blank=True, max_length=16, null=True, unique=True)),
                ("name", models.CharField(max_length=150)),
                ("language", models.CharField(default="id", max_length=2)),
                ("time_zone", models.CharField(default="Asia/Jakarta", max_length=40)),
                ("staff_role", models.CharField(blank=True, max_length=10)),
                ("is_active", models.BooleanField(default=True)),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now)),
                ("groups", models.ManyToManyField(blank=True, related_name="user_set", related_query_name="user", to="auth.group")),
                (
                    "user_permissions",
                    models.ManyToManyField(blank=True, related_name="user_set", related_query_name="user", to="auth.permission"),
                ),
            ],
            options={"abstract": False},
            managers=[("objects", marketplace.people.models.UserManager())],
        ),
    ]
