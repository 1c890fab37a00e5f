-- The shop belongs to a role that is no superuser; the application may only read and write.
CREATE ROLE shop_owner LOGIN;
CREATE ROLE shop_app LOGIN;
CREATE ROLE shop_reader;
CREATE DATABASE shop OWNER shop_owner;
